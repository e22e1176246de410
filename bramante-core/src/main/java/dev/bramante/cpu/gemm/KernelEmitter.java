package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * Writes a {@link MicroKernel} as bytecode of the Vector API.
 *
 * <p>The form is the one that C2 compiles best: one counted loop, the accumulators in locals that
 * live through it, and no call that is not inlined.
 */
final class KernelEmitter {
  private static final String VECTOR_PACKAGE = "jdk.incubator.vector.";
  private static final ClassDesc VECTOR = ClassDesc.of(VECTOR_PACKAGE + "Vector");
  private static final ClassDesc FLOATS = ClassDesc.of(VECTOR_PACKAGE + "FloatVector");
  private static final ClassDesc SPECIES = ClassDesc.of(VECTOR_PACKAGE + "VectorSpecies");
  private static final ClassDesc LAYOUT = ClassDesc.of(TileLayout.class.getName());
  private static final ClassDesc ARRAY = CD_float.arrayType();
  private static final ClassDesc INTS = CD_int.arrayType();
  private static final MethodTypeDesc GET_INT = MethodTypeDesc.of(CD_int);
  private static final MethodTypeDesc GET_INTS = MethodTypeDesc.of(INTS);
  private static final MethodTypeDesc LOAD = MethodTypeDesc.of(FLOATS, SPECIES, ARRAY, CD_int);
  private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, ARRAY, CD_int);
  private static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOATS, SPECIES, CD_float);
  private static final MethodTypeDesc FMA = MethodTypeDesc.of(FLOATS, VECTOR, VECTOR);
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void,
          List.of(
              LAYOUT, CD_int, CD_int, CD_int, ARRAY, CD_int, ARRAY, CD_int, // layout, sum, a, b
              ARRAY, CD_int, CD_int, ARRAY, CD_int, CD_int)); // init, c

  // Slots of the parameters, in the order of MicroKernel.run.
  private static final int TILE = 1;
  private static final int SEG = 2;
  private static final int SEGS = 3;
  private static final int STEPS = 4;
  private static final int A = 5;
  private static final int AO = 6;
  private static final int B = 7;
  private static final int BO = 8;
  private static final int INIT = 9;
  private static final int IO = 10;
  private static final int LDI = 11;
  private static final int C = 12;
  private static final int CO = 13;
  private static final int LDC = 14;

  // Slots of the locals.
  private static final int P = 15;
  private static final int Q = 16;
  private static final int END_SEG = 17;
  private static final int STEP_A = 18;
  private static final int STEP_B = 19;
  private static final int FACTOR = 20;
  private static final int K = 21;
  private static final int FIRST_ROW = 22;

  private final KernelSpec spec;
  private final CodeBuilder code;
  private final int firstVector;

  private KernelEmitter(KernelSpec spec, CodeBuilder code) {
    this.spec = spec;
    this.code = code;
    this.firstVector = FIRST_ROW + spec.rows();
  }

  /** Emits, loads and instantiates the kernel of a specification. */
  static MicroKernel emit(KernelSpec spec) {
    return EmittedClass.instance(
        "EmittedKernel", MicroKernel.class, RUN, body -> new KernelEmitter(spec, body).run());
  }

  private void run() {
    eachTileVector(INIT, IO, LDI, this::loadAccumulator);
    loadDistances();
    segmentLoop();
    eachTileVector(C, CO, LDC, this::storeAccumulator);
    code.return_();
  }

  private void loadDistances() {
    layoutInt("stepA").istore(STEP_A);
    layoutInt("stepB").istore(STEP_B);
    for (int i = 0; i < spec.rows(); i++) {
      layoutInts("rowA").loadConstant(i).iaload().istore(FIRST_ROW + i);
    }
  }

  /** Also for one segment: without an outer loop C2 spills accumulators (80 GFLOP/s, not 114). */
  private void segmentLoop() {
    code.iload(SEG).iload(SEGS).iadd().istore(END_SEG);
    var next = code.newLabel();
    var done = code.newLabel();
    code.labelBinding(next);
    code.iload(SEG).iload(END_SEG).if_icmpge(done);
    code.iload(AO);
    layoutInts("segA").iload(SEG).iaload().iadd().istore(P);
    code.iload(BO).istore(Q);
    stepLoop();
    code.iload(BO);
    layoutInt("segB").iadd().istore(BO);
    code.iinc(SEG, 1).goto_(next);
    code.labelBinding(done);
  }

  private void stepLoop() {
    code.iconst_0().istore(K);
    var next = code.newLabel();
    var done = code.newLabel();
    code.labelBinding(next);
    code.iload(K).iload(STEPS).if_icmpge(done);
    step();
    code.iload(P).iload(STEP_A).iadd().istore(P);
    code.iload(Q).iload(STEP_B).iadd().istore(Q);
    code.iinc(K, 1);
    code.goto_(next);
    code.labelBinding(done);
  }

  /** One step of the sum: an outer product into the registers. */
  private void step() {
    for (int v = 0; v < spec.vectors(); v++) {
      species().aload(B).iload(Q);
      plus(v * spec.lanes()).invokestatic(FLOATS, "fromArray", LOAD).astore(firstVector + v);
    }
    for (int i = 0; i < spec.rows(); i++) {
      species().aload(A).iload(P).iload(FIRST_ROW + i).iadd();
      code.faload().invokestatic(FLOATS, "broadcast", BROADCAST).astore(FACTOR);
      for (int v = 0; v < spec.vectors(); v++) {
        code.aload(FACTOR).aload(firstVector + v).aload(accumulator(i, v));
        code.invokevirtual(FLOATS, "fma", FMA).astore(accumulator(i, v));
      }
    }
  }

  /** Visits the vectors of the tile. */
  private void eachTileVector(int array, int offset, int distance, VectorAction action) {
    for (int i = 0; i < spec.rows(); i++) {
      code.iload(offset);
      layoutInts("rowC").loadConstant(i).iaload().iload(distance).imul().iadd().istore(P);
      for (int v = 0; v < spec.vectors(); v++) {
        action.at(array, v * spec.lanes(), accumulator(i, v));
      }
    }
  }

  private interface VectorAction {
    void at(int array, int column, int accumulator);
  }

  private void loadAccumulator(int array, int column, int accumulator) {
    species().aload(array).iload(P);
    plus(column).invokestatic(FLOATS, "fromArray", LOAD).astore(accumulator);
  }

  private void storeAccumulator(int array, int column, int accumulator) {
    code.aload(accumulator);
    code.aload(array).iload(P);
    plus(column).invokevirtual(FLOATS, "intoArray", STORE);
  }

  private CodeBuilder species() {
    return code.getstatic(FLOATS, "SPECIES_" + spec.lanes() * Float.SIZE, SPECIES);
  }

  private int accumulator(int row, int vector) {
    return firstVector + spec.vectors() * (1 + row) + vector;
  }

  private CodeBuilder layoutInt(String component) {
    return code.aload(TILE).invokevirtual(LAYOUT, component, GET_INT);
  }

  private CodeBuilder layoutInts(String component) {
    return code.aload(TILE).invokevirtual(LAYOUT, component, GET_INTS);
  }

  private CodeBuilder plus(int constant) {
    return constant == 0 ? code : code.loadConstant(constant).iadd();
  }
}
