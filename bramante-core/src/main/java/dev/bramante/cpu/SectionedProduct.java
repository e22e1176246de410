package dev.bramante.cpu;

import dev.bramante.cpu.gemm.GemmSpec;
import dev.bramante.cpu.gemm.MatMul;
import dev.bramante.cpu.gemm.TileEpilogue;
import java.util.ArrayList;
import java.util.List;

/**
 * A matrix product, cut where packing all of a wide operand at once would take much memory, as in
 * the gradient of a read-out of 50,257 words. Where the sections fall depends on sizes alone, so
 * the bits are the same at any number of threads.
 */
final class SectionedProduct {
  /** Floats of an operand that a section packs at most, about: 32 MB. */
  private static final int MOST_PACKED = 1 << 23;

  /** A sum so short that packing B again for each section costs little. */
  private static final int SHORT_SUM = 768;

  /** Whole tiles and panels of all kernels. */
  private static final int UNIT = 1344;

  private final GemmSpec spec;
  private final Section[] sections;

  /** A part of the result, by its first row and column. */
  private record Section(MatMul product, int row, int column) {}

  SectionedProduct(CpuContext context, GemmSpec spec, TileEpilogue tail) {
    this.spec = spec;
    boolean whole = spec.packedB() || spec.batch() > 1;
    int packedA = whole ? 0 : MatMul.packedStepsOfA(spec, context.lanes());
    int packedB = whole ? 0 : MatMul.packedStepsOfB(spec, context.lanes());
    int rows = rows(spec, packedA);
    int columns = length(spec.n(), packedB);
    List<Section> all = new ArrayList<>();
    for (int row = 0; row < spec.m(); row += rows) {
      for (int column = 0; column < spec.n(); column += columns) {
        var part =
            spec.section(Math.min(rows, spec.m() - row), Math.min(columns, spec.n() - column));
        all.add(
            new Section(
                new MatMul(
                    part,
                    context.lanes(),
                    context.pool(),
                    context.workspace(),
                    moved(tail, row, column)),
                row,
                column));
      }
    }
    this.sections = all.toArray(Section[]::new);
  }

  /**
   * Rows of a section whose packed operand stays in the third-level cache, where B, which each
   * section packs anew, is not long: 37000 × 512 × 512 goes at 195 GFLOP/s by 2688 rows and at 187
   * by 13440; 50257 × 1024 × 768 at 198 and 202.
   */
  private static int rows(GemmSpec spec, int packedSteps) {
    int rows = length(spec.m(), packedSteps);
    return rows < spec.m() && spec.k() <= SHORT_SUM ? Math.min(rows, 2 * UNIT) : rows;
  }

  /** Rows or columns of a section of which so many steps are packed for all tasks. */
  private static int length(int count, int packedSteps) {
    long floats = (long) count * packedSteps;
    int parts = Math.toIntExact((floats + MOST_PACKED - 1) / MOST_PACKED);
    return parts <= 1 ? count : ((count + parts - 1) / parts + UNIT - 1) / UNIT * UNIT;
  }

  private static TileEpilogue moved(TileEpilogue tail, int row, int column) {
    return tail == TileEpilogue.NONE || row == 0 && column == 0
        ? tail
        : (worker, batch, row0, row1, column0, column1) ->
            tail.apply(worker, batch, row + row0, row + row1, column + column0, column + column1);
  }

  /** Floats of a packed right operand, where that is given packed. */
  int packedSize() {
    return sections[0].product().packedSize();
  }

  /** Packs the right operand, where it is given packed. */
  void packB(Operand b, Operand packed) {
    sections[0].product().packB(b.floats(), b.offset(), packed.floats(), packed.offset());
  }

  /** Computes the product. */
  void run(Operand a, Operand b, Operand bias, Operand c) {
    int nextA = spec.transA() ? 1 : spec.lda();
    int nextB = spec.transB() ? spec.ldb() : 1;
    for (Section section : sections) {
      section
          .product()
          .run(
              a.floats(),
              a.offset() + section.row() * nextA,
              b.floats(),
              b.offset() + section.column() * nextB,
              bias.floats(),
              bias.offset() + (spec.bias() ? section.column() : 0),
              c.floats(),
              c.offset() + section.row() * spec.ldc() + section.column());
    }
  }
}
