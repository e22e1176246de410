package dev.bramante.cpu.loops;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.bramante.cpu.loops.Piece.Binary;
import dev.bramante.cpu.loops.Piece.Choose;
import dev.bramante.cpu.loops.Piece.Constant;
import dev.bramante.cpu.loops.Piece.Convert;
import dev.bramante.cpu.loops.Piece.Inst;
import dev.bramante.cpu.loops.Piece.Load;
import dev.bramante.cpu.loops.Piece.Slot;
import dev.bramante.cpu.loops.Piece.Unary;
import dev.bramante.cpu.loops.Piece.Uniform;
import dev.bramante.cpu.loops.VectorCode.Reg;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.UnaryKind;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Writes a piece's instructions within one method. */
final class InstCode {
  private static final ClassDesc COUNTER = ClassDesc.of("dev.bramante.graph.Counter");
  static final ClassDesc LANES = Lanes.class.describeConstable().orElseThrow();

  private final Piece piece;
  private final CodeBuilder code;
  private final VectorCode v;
  private final VectorMath math;
  private final int[] arrays;
  private final int[] offsets;

  /**
   * @param arrays the local variable of each slot's array
   * @param offsets the local variable of each slot's offset
   */
  InstCode(Piece piece, CodeBuilder code, int[] arrays, int[] offsets) {
    this.piece = piece;
    this.code = code;
    this.v = new VectorCode(code, piece.bits());
    this.math = new VectorMath(v);
    this.arrays = arrays;
    this.offsets = offsets;
  }

  VectorCode vectors() {
    return v;
  }

  /** Pushes where a slot is: its offset, {@code column} (a local, or −1) and a distance further. */
  Runnable index(int slot, int column, int further) {
    return () -> {
      code.iload(offsets[slot]);
      if (column >= 0) {
        code.iload(column).iadd();
      }
      if (further != 0) {
        code.loadConstant(further).iadd();
      }
    };
  }

  /**
   * Writes the instructions chosen by {@code wanted} into {@code regs}.
   *
   * @param column the local variable that counts columns, or −1
   * @param further a constant number of columns to add
   */
  void write(boolean[] wanted, Reg[] regs, int column, int further) {
    for (int i = 0; i < regs.length; i++) {
      if (wanted[i]) {
        regs[i] = write(piece.insts().get(i), regs, column, further);
      }
    }
  }

  private Reg write(Inst inst, Reg[] regs, int column, int further) {
    return switch (inst) {
      case Load(var slot, var lane) -> load(slot, lane, column, further);
      case Constant(var slot, var at, var lane) -> v.splat(lane, arrays[slot], index(slot, -1, at));
      case Unary(var kind, var x, var lane) -> unary(kind, regs[x], lane);
      case Binary b when b.kind() == BinaryKind.POW -> power(b, regs);
      case Binary b -> binary(b.kind(), regs[b.a()], regs[b.b()]);
      case Choose(var mask, var a, var b, var lane) ->
          lane == Lane.MASK
              ? choose(regs[mask], regs[a], regs[b])
              : v.blend(regs[b], regs[a], regs[mask]);
      case Convert(var x, _, var to) -> v.convert(regs[x], to);
      case Uniform u -> uniform(u, regs, column, further);
    };
  }

  private Reg load(int index, Lane lane, int column, int further) {
    Slot slot = piece.slots().get(index);
    return switch (slot.access()) {
      case VECTOR -> v.load(lane, arrays[index], index(index, column, further));
      case SPLAT -> v.splat(lane, arrays[index], index(index, -1, 0));
      case INDEX -> v.addIndex(position(index, column, further));
      case INDEX_SPLAT -> position(index, -1, 0);
      case AREA -> throw new IllegalStateException("an area is not loaded");
    };
  }

  private Reg position(int slot, int column, int further) {
    int local = code.allocateLocal(TypeKind.INT);
    index(slot, column, further).run();
    code.istore(local);
    return v.broadcast(local);
  }

  private Reg uniform(Uniform u, Reg[] regs, int column, int further) {
    v.pushFirst(regs[u.seed()]);
    v.pushFirst(regs[u.step()]);
    v.pushFirst(regs[u.stream()]);
    code.invokestatic(COUNTER, "key", MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int));
    int key = code.allocateLocal(TypeKind.INT);
    code.istore(key);
    return math.uniform(load(u.position(), Lane.INT, column, further), v.broadcast(key));
  }

  private Reg unary(UnaryKind kind, Reg x, Lane lane) {
    if (lane == Lane.INT) {
      return switch (kind) {
        case NEG -> v.unary("NEG", x);
        case ABS -> v.unary("ABS", x);
        case RELU -> v.op("max", x, v.constant(0));
        case EXP, LOG, SQRT, RSQRT, SIN, COS, TANH, SIGMOID, ERF, NOT ->
            v.convert(unary(kind, v.convert(x, Lane.FLOAT), Lane.FLOAT), Lane.INT);
      };
    }
    return switch (kind) {
      case NEG -> v.unary("NEG", x);
      case ABS -> v.unary("ABS", x);
      case EXP -> math.exp(x);
      case LOG -> math.log(x);
      case SQRT -> v.unary("SQRT", x);
      case RSQRT -> v.op("div", v.constant(1f), v.unary("SQRT", x));
      case SIN -> math.sin(x);
      case COS -> math.cos(x);
      case TANH -> math.tanh(x);
      case SIGMOID -> math.sigmoid(x);
      case ERF -> math.erf(x);
      // Two instructions, against six for a max that orders NaN and −0 as Java does.
      case RELU -> v.blend(x, v.constant(0f), v.compare("LT", x, 0));
      case NOT -> v.not(x);
    };
  }

  private Reg binary(BinaryKind kind, Reg a, Reg b) {
    return switch (kind) {
      case ADD -> v.op("add", a, b);
      case SUB -> v.op("sub", a, b);
      case MUL -> v.op("mul", a, b);
      case DIV -> v.op("div", a, b);
      case MIN -> v.op("min", a, b);
      case MAX -> v.op("max", a, b);
      case EQ, NE, LT, LE, GT, GE -> v.compare(kind.name(), a, b);
      case AND -> v.logic("and", a, b);
      case OR -> v.logic("or", a, b);
      case POW -> throw new IllegalStateException("powers are written by a method of their own");
    };
  }

  private Reg choose(Reg mask, Reg a, Reg b) {
    return v.logic("or", v.logic("and", mask, a), v.logic("andNot", b, mask));
  }

  /** Through memory, element by element, since a vector must not cross a call. */
  private Reg power(Binary power, Reg[] regs) {
    int area = power.area();
    int lanes = piece.lanes();
    v.store(v.convert(regs[power.a()], Lane.FLOAT), arrays[area], index(area, -1, 0));
    v.store(v.convert(regs[power.b()], Lane.FLOAT), arrays[area], index(area, -1, lanes));
    code.aload(arrays[area]).iload(offsets[area]).loadConstant(lanes);
    code.invokestatic(
        LANES, "pow", MethodTypeDesc.of(CD_void, CD_float.arrayType(), CD_int, CD_int));
    return v.convert(v.load(Lane.FLOAT, arrays[area], index(area, -1, 0)), power.lane());
  }
}
