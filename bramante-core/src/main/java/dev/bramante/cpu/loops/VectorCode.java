package dev.bramante.cpu.loops;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Writes Vector API calls on registers, each of which is a local variable of its own. */
final class VectorCode {
  private static final String API = "jdk.incubator.vector.";
  private static final ClassDesc VECTOR = ClassDesc.of(API + "Vector");
  private static final ClassDesc FLOATS = ClassDesc.of(API + "FloatVector");
  private static final ClassDesc INTS = ClassDesc.of(API + "IntVector");
  private static final ClassDesc MASK = ClassDesc.of(API + "VectorMask");
  private static final ClassDesc SPECIES = ClassDesc.of(API + "VectorSpecies");
  private static final ClassDesc OPERATORS = ClassDesc.of(API + "VectorOperators");

  /**
   * A register.
   *
   * @param ints for a MASK, whether it belongs to int vectors
   */
  record Reg(int local, Lane lane, boolean ints) {}

  final CodeBuilder code;
  final int bits;

  VectorCode(CodeBuilder code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  int lanes() {
    return bits / 32;
  }

  private static ClassDesc owner(Lane lane) {
    return switch (lane) {
      case FLOAT -> FLOATS;
      case INT -> INTS;
      case MASK -> MASK;
    };
  }

  private static ClassDesc array(Lane lane) {
    return (lane.inInts() ? CD_int : CD_float).arrayType();
  }

  private VectorCode push(Reg... regs) {
    for (Reg reg : regs) {
      code.aload(reg.local());
    }
    return this;
  }

  private Reg pop(Lane lane, boolean ints) {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return new Reg(local, lane, ints);
  }

  private Reg pop(Lane lane) {
    return pop(lane, lane == Lane.INT);
  }

  private void call(ClassDesc owner, String name, ClassDesc result, ClassDesc... parameters) {
    code.invokevirtual(owner, name, MethodTypeDesc.of(result, parameters));
  }

  private void species(boolean ints) {
    code.getstatic(ints ? INTS : FLOATS, "SPECIES_" + bits, SPECIES);
  }

  /** Assigns the register's local variable anew: for accumulators. */
  void set(Reg target, Reg value) {
    push(value).code.astore(target.local());
  }

  // Constants and memory.

  Reg constant(float value) {
    species(false);
    code.loadConstant(value);
    code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    return pop(Lane.FLOAT);
  }

  Reg constant(int value) {
    species(true);
    code.loadConstant(value);
    return broadcastInt();
  }

  private Reg broadcastInt() {
    code.invokestatic(INTS, "broadcast", MethodTypeDesc.of(INTS, SPECIES, CD_int));
    return pop(Lane.INT);
  }

  /** The int on the local variable in all lanes. */
  Reg broadcast(int intLocal) {
    species(true);
    code.iload(intLocal);
    return broadcastInt();
  }

  /** One element in all lanes; {@code index} pushes its index. */
  Reg splat(Lane lane, int arrayLocal, Runnable index) {
    species(lane.inInts());
    code.aload(arrayLocal);
    index.run();
    if (lane.inInts()) {
      code.iaload();
      return broadcastInt();
    }
    code.faload();
    code.invokestatic(FLOATS, "broadcast", MethodTypeDesc.of(FLOATS, SPECIES, CD_float));
    return fromMemory(lane, pop(Lane.FLOAT));
  }

  /** Consecutive elements; {@code index} pushes the first one's index. */
  Reg load(Lane lane, int arrayLocal, Runnable index) {
    ClassDesc type = lane.inInts() ? INTS : FLOATS;
    species(lane.inInts());
    code.aload(arrayLocal);
    index.run();
    code.invokestatic(type, "fromArray", MethodTypeDesc.of(type, SPECIES, array(lane), CD_int));
    return fromMemory(lane, pop(lane.inInts() ? Lane.INT : Lane.FLOAT));
  }

  private Reg fromMemory(Lane lane, Reg value) {
    return lane == Lane.MASK ? compare("NE", value, 0) : value;
  }

  /** Writes all lanes. */
  void store(Reg value, int arrayLocal, Runnable index) {
    Reg data = toMemory(value);
    push(data).code.aload(arrayLocal);
    index.run();
    call(owner(data.lane()), "intoArray", CD_void, array(data.lane()), CD_int);
  }

  /** Writes the lanes of the mask. */
  void store(Reg value, int arrayLocal, Runnable index, Reg mask) {
    Reg data = toMemory(value);
    Reg cast = mask(mask, data.lane() == Lane.INT);
    push(data).code.aload(arrayLocal);
    index.run();
    push(cast);
    call(owner(data.lane()), "intoArray", CD_void, array(data.lane()), CD_int, MASK);
  }

  private Reg toMemory(Reg value) {
    return value.lane() == Lane.MASK ? convert(value, Lane.FLOAT) : value;
  }

  /** Lanes from {@code fromLocal} up to {@code endLocal}. */
  Reg inRange(int fromLocal, int endLocal) {
    species(false);
    code.iload(fromLocal).iload(endLocal);
    code.invokeinterface(SPECIES, "indexInRange", MethodTypeDesc.of(MASK, CD_int, CD_int));
    return pop(Lane.MASK);
  }

  /** Lane numbers added to the value. */
  Reg addIndex(Reg x) {
    push(x).code.iconst_1();
    call(INTS, "addIndex", INTS, CD_int);
    return pop(Lane.INT);
  }

  /** Pushes the int in lane 0. */
  void pushFirst(Reg x) {
    push(x).code.iconst_0();
    call(INTS, "lane", CD_int, CD_int);
  }

  // Arithmetic.

  /** A method that takes another vector of the same type: add, sub, mul, div, min, max. */
  Reg op(String name, Reg a, Reg b) {
    push(a, b);
    call(owner(a.lane()), name, owner(a.lane()), VECTOR);
    return pop(a.lane());
  }

  Reg op(String name, Reg a, float b) {
    push(a).code.loadConstant(b);
    call(FLOATS, name, FLOATS, CD_float);
    return pop(Lane.FLOAT);
  }

  Reg op(String name, Reg a, int b) {
    push(a).code.loadConstant(b);
    call(INTS, name, INTS, CD_int);
    return pop(Lane.INT);
  }

  /** A unary operator by its name in VectorOperators. */
  Reg unary(String operator, Reg x) {
    ClassDesc type = OPERATORS.nested("Unary");
    push(x).code.getstatic(OPERATORS, operator, type);
    call(owner(x.lane()), "lanewise", owner(x.lane()), type);
    return pop(x.lane());
  }

  /** A binary operator on ints by its name in VectorOperators. */
  Reg binary(String operator, Reg a, Reg b) {
    ClassDesc type = OPERATORS.nested("Associative");
    push(a).code.getstatic(OPERATORS, operator, type);
    push(b);
    call(INTS, "lanewise", INTS, OPERATORS.nested("Binary"), VECTOR);
    return pop(Lane.INT);
  }

  /** A shift of ints: LSHL, LSHR or ASHR. */
  Reg shift(String operator, Reg x, int by) {
    ClassDesc type = OPERATORS.nested("Binary");
    push(x).code.getstatic(OPERATORS, operator, type).loadConstant(by);
    call(INTS, "lanewise", INTS, type, CD_int);
    return pop(Lane.INT);
  }

  /** a · b + c, rounded once. */
  Reg fma(Reg a, Reg b, Reg c) {
    push(a, b, c);
    call(FLOATS, "fma", FLOATS, VECTOR, VECTOR);
    return pop(Lane.FLOAT);
  }

  Reg fma(Reg a, Reg b, float c) {
    return fma(a, b, constant(c));
  }

  Reg fma(Reg a, float b, Reg c) {
    return fma(a, constant(b), c);
  }

  /** Σ c[i] · x^i by Horner's rule. */
  Reg polynomial(Reg x, float... c) {
    Reg sum = constant(c[c.length - 1]);
    for (int i = c.length - 2; i >= 0; i--) {
      sum = fma(sum, x, c[i]);
    }
    return sum;
  }

  // Masks.

  /** A comparison by its name in VectorOperators: EQ, NE, LT, LE, GT, GE. */
  Reg compare(String operator, Reg a, Reg b) {
    ClassDesc type = OPERATORS.nested("Comparison");
    push(a).code.getstatic(OPERATORS, operator, type);
    push(b);
    call(owner(a.lane()), "compare", MASK, type, VECTOR);
    return pop(Lane.MASK, a.lane() == Lane.INT);
  }

  Reg compare(String operator, Reg a, float b) {
    return compare(operator, a, a.lane() == Lane.INT ? constant((int) b) : constant(b));
  }

  /** The mask for vectors of ints or of floats. */
  Reg mask(Reg mask, boolean ints) {
    if (mask.ints() == ints) {
      return mask;
    }
    push(mask);
    species(ints);
    call(MASK, "cast", MASK, SPECIES);
    return pop(Lane.MASK, ints);
  }

  /** {@code b} in the lanes of the mask, else {@code a}. */
  Reg blend(Reg a, Reg b, Reg mask) {
    Reg cast = mask(mask, a.lane() == Lane.INT);
    push(a, b, cast);
    call(owner(a.lane()), "blend", owner(a.lane()), VECTOR, MASK);
    return pop(a.lane());
  }

  /** A logical method of masks of one kind: and, or, andNot. */
  Reg logic(String name, Reg a, Reg b) {
    Reg other = mask(b, a.ints());
    push(a, other);
    call(MASK, name, MASK, MASK);
    return pop(Lane.MASK, a.ints());
  }

  Reg not(Reg mask) {
    push(mask);
    call(MASK, "not", MASK);
    return pop(Lane.MASK, mask.ints());
  }

  // Conversions.

  Reg asInts(Reg x) {
    push(x);
    call(VECTOR, "reinterpretAsInts", INTS);
    return pop(Lane.INT);
  }

  Reg asFloats(Reg x) {
    push(x);
    call(VECTOR, "reinterpretAsFloats", FLOATS);
    return pop(Lane.FLOAT);
  }

  Reg convert(Reg x, Lane to) {
    return switch (to) {
      case FLOAT ->
          switch (x.lane()) {
            case FLOAT -> x;
            case INT -> converted(x, "I2F", to);
            case MASK -> blend(constant(0f), constant(1f), x);
          };
      case INT ->
          switch (x.lane()) {
            case FLOAT -> converted(x, "F2I", to);
            case INT -> x;
            case MASK -> blend(constant(0), constant(1), x);
          };
      case MASK -> x.lane() == Lane.MASK ? x : compare("NE", x, 0);
    };
  }

  private Reg converted(Reg x, String conversion, Lane to) {
    ClassDesc type = OPERATORS.nested("Conversion");
    push(x).code.getstatic(OPERATORS, conversion, type).iconst_0();
    call(VECTOR, "convert", VECTOR, type, CD_int);
    code.checkcast(owner(to));
    return pop(to);
  }
}
