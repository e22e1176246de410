package dev.bramante.cpu.loops;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import java.util.List;

/**
 * What one emitted class computes over a frame of rows × columns, without sizes or constants:
 * pieces that are equal share their code.
 *
 * @param bits the vector width
 * @param slots the operands, in the order in which the code gets them
 * @param insts the computation; operands are indices of earlier instructions
 */
record Piece(
    Form form, int bits, List<Slot> slots, List<Inst> insts, List<Store> stores, List<Fold> folds) {

  /** Along which axis the hot loop runs. */
  enum Form {
    /** Along the columns; folds reduce each row to one element. */
    ROWS,
    /**
     * Along the rows, for a strip of columns at a time; folds reduce each column to one element.
     */
    COLUMNS
  }

  /** How a slot is read along the columns. */
  enum Access {
    /** One element per column. */
    VECTOR,
    /** The same element for all columns of a row. */
    SPLAT,
    /** No memory: the offset itself, counting with the columns. */
    INDEX,
    /** No memory: the offset itself, the same for all columns of a row. */
    INDEX_SPLAT,
    /** An array of constants or a scratch area, which moves neither with rows nor columns. */
    AREA;

    boolean hasArray() {
      return this != INDEX && this != INDEX_SPLAT;
    }

    boolean alongColumns() {
      return this == VECTOR || this == INDEX;
    }
  }

  /**
   * An operand.
   *
   * @param ints whether it lives in an {@code int[]}
   * @param steps whether it moves from row to row; matters, and is set, for {@link Form#COLUMNS}
   *     only
   */
  record Slot(Access access, boolean ints, boolean steps) {}

  /** One step of the computation. */
  sealed interface Inst {}

  /** The elements of a slot. */
  record Load(int slot, Lane lane) implements Inst {}

  /** Element {@code at} of an area, in all lanes. */
  record Constant(int slot, int at, Lane lane) implements Inst {}

  /** A function of one value. */
  record Unary(UnaryKind kind, int x, Lane lane) implements Inst {}

  /** A function of two values with lanes of the given type; {@code area} is scratch for powers. */
  record Binary(BinaryKind kind, int a, int b, Lane lane, int area) implements Inst {}

  /** A choice by a mask. */
  record Choose(int mask, int a, int b, Lane lane) implements Inst {}

  /** A conversion. */
  record Convert(int x, Lane from, Lane to) implements Inst {}

  /** Random numbers for the positions in an index slot; the other three are integers. */
  record Uniform(int position, int seed, int step, int stream) implements Inst {}

  /** Writes a value to a slot. */
  record Store(int slot, int value, Lane lane) {}

  /**
   * Reduces a value over the loop into a slot.
   *
   * @param area the slot of the area that holds the accumulator between methods, in ROWS
   * @param at which vector of that area it owns
   */
  record Fold(int slot, int value, ReduceKind kind, Lane lane, int area, int at) {}

  int lanes() {
    return bits / 32;
  }

  /** The operands of an instruction that are instructions. */
  static int[] operands(Inst inst) {
    return switch (inst) {
      case Load _, Constant _ -> new int[0];
      case Unary u -> new int[] {u.x()};
      case Binary b -> new int[] {b.a(), b.b()};
      case Choose c -> new int[] {c.mask(), c.a(), c.b()};
      case Convert c -> new int[] {c.x()};
      case Uniform u -> new int[] {u.seed(), u.step(), u.stream()};
    };
  }

  /** Whether each instruction's value differs between columns. */
  boolean[] alongColumns() {
    var along = new boolean[insts.size()];
    for (int i = 0; i < along.length; i++) {
      along[i] =
          switch (insts.get(i)) {
            case Load load -> slots.get(load.slot()).access().alongColumns();
            case Uniform u -> slots.get(u.position()).access().alongColumns();
            case Inst inst -> any(operands(inst), along);
          };
    }
    return along;
  }

  /** Whether each instruction's value differs between rows. */
  boolean[] alongRows() {
    var along = new boolean[insts.size()];
    for (int i = 0; i < along.length; i++) {
      along[i] =
          switch (insts.get(i)) {
            case Load load -> slots.get(load.slot()).steps();
            case Uniform u -> slots.get(u.position()).steps();
            case Inst inst -> any(operands(inst), along);
          };
    }
    return along;
  }

  private static boolean any(int[] indices, boolean[] flags) {
    for (int index : indices) {
      if (flags[index]) {
        return true;
      }
    }
    return false;
  }

  /** Roughly how many cheap vector instructions one vector of columns costs. */
  int weight() {
    int weight = slots.size();
    for (Inst inst : insts) {
      weight +=
          switch (inst) {
            case Load _, Constant _ -> 0;
            case Unary(var kind, _, _) -> weight(kind);
            case Binary(var kind, _, _, _, _) -> kind == BinaryKind.POW ? 500 : 1;
            case Choose _, Convert _ -> 1;
            case Uniform _ -> 14;
          };
    }
    return weight;
  }

  private static int weight(UnaryKind kind) {
    return switch (kind) {
      case NEG, ABS, RELU, NOT -> 1;
      case SQRT, RSQRT -> 8;
      case EXP -> 16;
      case LOG, SIGMOID, TANH -> 24;
      case SIN, COS -> 24;
      case ERF -> 36;
    };
  }
}
