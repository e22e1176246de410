package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Piece.Access;
import dev.bramante.cpu.loops.Piece.Binary;
import dev.bramante.cpu.loops.Piece.Choose;
import dev.bramante.cpu.loops.Piece.Constant;
import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.loops.Piece.Inst;
import dev.bramante.cpu.loops.Piece.Load;
import dev.bramante.cpu.loops.Piece.Slot;
import dev.bramante.cpu.loops.Piece.Store;
import dev.bramante.graph.BinaryKind;
import java.util.ArrayList;
import java.util.List;

/**
 * The pieces of pooling: a line of output pixels, with a slot for each tap of the window.
 *
 * <p>The slots are, in this order: for a maximum x's taps and y; for its gradient x's taps, y, dy
 * and dx's taps; for a mean a constant, x's taps and y; for its gradient a constant, dy and dx's
 * taps.
 */
final class Pooling {
  /** What is computed. */
  enum Kind {
    MAX,
    MAX_GRAD,
    AVERAGE,
    AVERAGE_GRAD;

    boolean isGradient() {
      return this == MAX_GRAD || this == AVERAGE_GRAD;
    }
  }

  private final List<Slot> slots = new ArrayList<>();
  private final List<Inst> insts = new ArrayList<>();
  private final List<Store> stores = new ArrayList<>();

  private Pooling() {}

  /**
   * @param overlaps whether windows share elements, so that gradients add to what is there
   */
  static Piece piece(Kind kind, int bits, int taps, boolean overlaps) {
    var pooling = new Pooling();
    switch (kind) {
      case MAX -> pooling.max(taps);
      case MAX_GRAD -> pooling.maxGradient(taps, overlaps);
      case AVERAGE -> pooling.average(taps);
      case AVERAGE_GRAD -> pooling.averageGradient(taps, overlaps);
    }
    return new Piece(Form.COLUMNS, bits, pooling.slots, pooling.insts, pooling.stores, List.of());
  }

  private void max(int taps) {
    int[] x = new int[taps];
    for (int t = 0; t < taps; t++) {
      x[t] = load(slot());
    }
    int best = taps == 0 ? constant(slots.size()) : x[0];
    for (int t = 1; t < taps; t++) {
      int larger = add(new Binary(BinaryKind.GT, x[t], best, Lane.FLOAT, -1));
      best = add(new Choose(larger, x[t], best, Lane.FLOAT));
    }
    store(slot(), best);
  }

  /** The first tap that equals the maximum takes the gradient and leaves 0 to the others. */
  private void maxGradient(int taps, boolean overlaps) {
    int[] x = slots(taps);
    int y = load(slot());
    int rest = load(slot());
    int zero = add(new Binary(BinaryKind.SUB, rest, rest, Lane.FLOAT, -1));
    for (int t = 0; t < taps; t++) {
      int hit = add(new Binary(BinaryKind.EQ, load(x[t]), y, Lane.FLOAT, -1));
      give(add(new Choose(hit, rest, zero, Lane.FLOAT)), overlaps);
      rest = add(new Choose(hit, zero, rest, Lane.FLOAT));
    }
  }

  private void average(int taps) {
    int share = constant(0);
    int sum = -1;
    for (int t = 0; t < taps; t++) {
      int x = load(slot());
      sum = t == 0 ? x : add(new Binary(BinaryKind.ADD, sum, x, Lane.FLOAT, -1));
    }
    int zero = add(new Binary(BinaryKind.SUB, share, share, Lane.FLOAT, -1));
    int mean = taps == 0 ? zero : add(new Binary(BinaryKind.MUL, sum, share, Lane.FLOAT, -1));
    store(slot(), mean);
  }

  private void averageGradient(int taps, boolean overlaps) {
    int share = constant(0);
    int gradient = add(new Binary(BinaryKind.MUL, load(slot()), share, Lane.FLOAT, -1));
    for (int t = 0; t < taps; t++) {
      give(gradient, overlaps);
    }
  }

  private void give(int value, boolean adds) {
    int dx = slot();
    store(dx, adds ? add(new Binary(BinaryKind.ADD, load(dx), value, Lane.FLOAT, -1)) : value);
  }

  private int slot() {
    slots.add(new Slot(Access.VECTOR, false, true));
    return slots.size() - 1;
  }

  private int[] slots(int count) {
    var result = new int[count];
    for (int i = 0; i < count; i++) {
      result[i] = slot();
    }
    return result;
  }

  private int constant(int slot) {
    slots.add(new Slot(Access.AREA, false, false));
    return add(new Constant(slot, 0, Lane.FLOAT));
  }

  private int load(int slot) {
    return add(new Load(slot, Lane.FLOAT));
  }

  private int add(Inst inst) {
    insts.add(inst);
    return insts.size() - 1;
  }

  private void store(int slot, int value) {
    stores.add(new Store(slot, value, Lane.FLOAT));
  }
}
