package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.warmup.Warmable;
import java.util.Arrays;

/** A piece's code on small arrays of its own, for the compiler to notice it. */
final class PieceTrial implements Warmable {
  /** Elements of an array: enough for 33 vectors of 16 in a row, and for areas. */
  private static final int LENGTH = 1024;

  private static final int ROWS = 2;

  private final Piece piece;
  private final LoopCode code;
  private final int rows;
  private final int cols;
  private final Object[] arrays;
  private final int[] zeros;

  /** A trial for frames of a size: smaller ones that take the same ways through the code. */
  PieceTrial(Piece piece, LoopCode code, int rows, int cols) {
    this.piece = piece;
    this.code = code;
    this.rows = rows;
    this.cols = cols;
    int n = piece.slots().size();
    zeros = new int[n];
    arrays = new Object[n];
    for (int i = 0; i < n; i++) {
      if (piece.slots().get(i).access().hasArray()) {
        int[] ones = new int[LENGTH];
        Arrays.fill(ones, 1); // anything may be divided by them
        arrays[i] = piece.slots().get(i).ints() ? ones : new float[LENGTH];
      }
    }
  }

  @Override
  public String name() {
    return "loop over "
        + (piece.form() == Form.ROWS ? "columns" : "rows")
        + piece.insts().stream().map(inst -> inst.getClass().getSimpleName()).toList();
  }

  @Override
  public void run(int trips) {
    code.run(arrays, zeros, 0, zeros, 0, rows(trips), 0, cols(trips));
  }

  private int rows(int trips) {
    return Math.min(rows, piece.form() == Form.ROWS ? ROWS : trips);
  }

  /** So many vectors, or a strip of the greatest width; and what remains. */
  private int cols(int trips) {
    boolean alongColumns = piece.form() == Form.ROWS;
    int unit = piece.lanes() * (alongColumns ? 1 : ColumnCode.unrolls(piece)[0]);
    return Math.min(cols, (alongColumns ? trips : 1) * unit + cols % unit);
  }

  @Override
  public int work(int trips) {
    return rows(trips) * (cols(trips) / piece.lanes() + 2) * piece.weight();
  }

  /** Pieces are too different to be compared. */
  @Override
  public double share() {
    return 0;
  }

  @Override
  public Warmable renewed() {
    return this;
  }
}
