package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Writes {@link SparseSum} and {@link PoolIndex} as bytecode of the Vector API, in the form that C2
 * compiles best: one counted loop, vectors in locals, no call that is not inlined.
 */
final class SparseEmitter {
  private static final String VECTOR_PACKAGE = "jdk.incubator.vector.";
  private static final ClassDesc VECTOR = ClassDesc.of(VECTOR_PACKAGE + "Vector");
  private static final ClassDesc FLOATS = ClassDesc.of(VECTOR_PACKAGE + "FloatVector");
  private static final ClassDesc INTEGERS = ClassDesc.of(VECTOR_PACKAGE + "IntVector");
  private static final ClassDesc SPECIES = ClassDesc.of(VECTOR_PACKAGE + "VectorSpecies");
  private static final ClassDesc MASK = ClassDesc.of(VECTOR_PACKAGE + "VectorMask");
  private static final ClassDesc OPERATORS = ClassDesc.of(VECTOR_PACKAGE + "VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc BOXED_FLOAT = ClassDesc.of("java.lang.Float");
  private static final ClassDesc ARRAY = CD_float.arrayType();
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final MethodTypeDesc LOAD = MethodTypeDesc.of(FLOATS, SPECIES, ARRAY, CD_int);
  private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, ARRAY, CD_int);
  private static final MethodTypeDesc STORE_INTS = MethodTypeDesc.of(CD_void, INTS, CD_int);
  private static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOATS, SPECIES, CD_float);
  private static final MethodTypeDesc FMA = MethodTypeDesc.of(FLOATS, VECTOR, VECTOR);
  private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(MASK, COMPARISON, VECTOR);
  private static final MethodTypeDesc BLEND = MethodTypeDesc.of(FLOATS, VECTOR, MASK);
  private static final MethodTypeDesc TO_BITS = MethodTypeDesc.of(INTEGERS);
  private static final MethodTypeDesc PLUS = MethodTypeDesc.of(INTEGERS, CD_int);
  private static final MethodTypeDesc FROM_BITS = MethodTypeDesc.of(CD_float, CD_int);
  private static final MethodTypeDesc SUM =
      MethodTypeDesc.of(
          CD_void,
          List.of(
              INTS, CD_int, ARRAY, CD_int, CD_int, // entries
              ARRAY, CD_int, CD_int, ARRAY, CD_int, CD_int)); // from, to
  private static final MethodTypeDesc INDEX =
      MethodTypeDesc.of(
          CD_void,
          List.of(
              INTS, INTS, CD_int, // taps, places, count
              ARRAY, CD_int, CD_int, ARRAY, CD_int, CD_int, // x, y
              INTS, CD_int, CD_int, CD_int, CD_int)); // out, base

  private record SumShape(int lanes, int rows, int vectors) {}

  private record IndexShape(int lanes, int taps) {}

  private static final ConcurrentHashMap<SumShape, SparseSum> SUMS = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<IndexShape, PoolIndex> INDICES = new ConcurrentHashMap<>();

  private final CodeBuilder code;
  private final int lanes;

  private SparseEmitter(CodeBuilder code, int lanes) {
    this.code = code;
    this.lanes = lanes;
  }

  /** The kernel that adds up rows × vectors of so many lanes. */
  static SparseSum sum(int lanes, int rows, int vectors) {
    return SUMS.computeIfAbsent(
        new SumShape(lanes, rows, vectors),
        _ -> emit(SparseSum.class, SUM, c -> new SparseEmitter(c, lanes).sum(rows, vectors)));
  }

  /** The kernel that finds the maxima of windows of so many elements. */
  static PoolIndex index(int lanes, int taps) {
    return INDICES.computeIfAbsent(
        new IndexShape(lanes, taps),
        _ -> emit(PoolIndex.class, INDEX, c -> new SparseEmitter(c, lanes).index(taps)));
  }

  private static <K> K emit(Class<K> type, MethodTypeDesc run, Consumer<CodeBuilder> body) {
    return EmittedClass.instance("Emitted" + type.getSimpleName(), type, run, body);
  }

  private void sum(int rows, int vectors) {
    int places = 1;
    int po = 2;
    int factors = 3;
    int xo = 4;
    int count = 5;
    int from = 6;
    int fo = 7;
    int ldf = 8;
    int to = 9;
    int at = 10;
    int ldt = 11;
    int entry = 12;
    int place = 13;
    int factor = 14;
    int sums = 15;
    code.iload(at).istore(place);
    for (int i = 0; i < rows * vectors; i++) {
      nextRow(place, ldt, i, vectors);
      load(to, place, i % vectors).astore(sums + i);
    }
    code.iconst_0().istore(entry);
    var next = code.newLabel();
    var done = code.newLabel();
    code.labelBinding(next).iload(entry).iload(count).if_icmpge(done);
    species().aload(factors).iload(xo).iload(entry).iadd().faload();
    code.invokestatic(FLOATS, "broadcast", BROADCAST).astore(factor);
    code.iload(fo).aload(places).iload(po).iload(entry).iadd().iaload().iadd().istore(place);
    for (int i = 0; i < rows * vectors; i++) {
      nextRow(place, ldf, i, vectors);
      code.aload(factor);
      load(from, place, i % vectors).aload(sums + i);
      code.invokevirtual(FLOATS, "fma", FMA).astore(sums + i);
    }
    code.iinc(entry, 1).goto_(next).labelBinding(done);
    code.iload(at).istore(place);
    for (int i = 0; i < rows * vectors; i++) {
      nextRow(place, ldt, i, vectors);
      code.aload(sums + i).aload(to).iload(place);
      plus(i % vectors * lanes).invokevirtual(FLOATS, "intoArray", STORE);
    }
    code.return_();
  }

  /** Moves on before the first vector of each row but the first. */
  private void nextRow(int place, int distance, int vector, int vectors) {
    if (vector > 0 && vector % vectors == 0) {
      code.iload(place).iload(distance).iadd().istore(place);
    }
  }

  private void index(int count) {
    int taps = 1;
    int places = 2;
    int left = 3;
    int x = 4;
    int xo = 5;
    int y = 7;
    int yo = 8;
    int out = 10;
    int oo = 11;
    int base = 13;
    int i = 15;
    int largest = 16;
    int found = 17;
    int tap = 18;
    int place = 18 + count;
    for (int t = 0; t < count; t++) {
      code.aload(taps).loadConstant(t).iaload().istore(tap + t);
      species().aload(places).loadConstant(t).iaload();
      // Places travel as the bits of floats that are only ever chosen, never computed with.
      code.invokestatic(BOXED_FLOAT, "intBitsToFloat", FROM_BITS);
      code.invokestatic(FLOATS, "broadcast", BROADCAST).astore(place + t);
    }
    code.iconst_0().istore(i);
    var next = code.newLabel();
    var done = code.newLabel();
    code.labelBinding(next).iload(i).iload(left).if_icmpge(done);
    load(y, yo, 0).astore(largest);
    code.aload(place + count - 1).astore(found);
    for (int t = count - 2; t >= 0; t--) {
      code.aload(found).aload(place + t);
      species().aload(x).iload(xo).iload(tap + t).iadd();
      code.invokestatic(FLOATS, "fromArray", LOAD);
      code.getstatic(OPERATORS, "EQ", COMPARISON).aload(largest);
      code.invokevirtual(FLOATS, "compare", COMPARE).invokevirtual(FLOATS, "blend", BLEND);
      code.astore(found);
    }
    code.aload(found).invokevirtual(FLOATS, "reinterpretAsInts", TO_BITS);
    code.iload(base).invokevirtual(INTEGERS, "add", PLUS);
    code.aload(out).iload(oo).invokevirtual(INTEGERS, "intoArray", STORE_INTS);
    for (int offset : new int[] {xo, yo, oo, base}) {
      code.iload(offset).iload(offset + 1).iadd().istore(offset);
    }
    code.iinc(i, 1).goto_(next).labelBinding(done).return_();
  }

  private CodeBuilder load(int array, int offset, int vector) {
    species().aload(array).iload(offset);
    return plus(vector * lanes).invokestatic(FLOATS, "fromArray", LOAD);
  }

  private CodeBuilder species() {
    return code.getstatic(FLOATS, "SPECIES_" + lanes * Float.SIZE, SPECIES);
  }

  private CodeBuilder plus(int constant) {
    return constant == 0 ? code : code.loadConstant(constant).iadd();
  }
}
