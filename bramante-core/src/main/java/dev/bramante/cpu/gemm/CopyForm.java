package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** What a {@link CopyKernel} copies, and the bytecode of the Vector API for it. */
sealed interface CopyForm {
  ClassDesc FLOATS = ClassDesc.of("jdk.incubator.vector.FloatVector");
  ClassDesc SPECIES = ClassDesc.of("jdk.incubator.vector.VectorSpecies");
  ClassDesc ARRAY = CD_float.arrayType();
  MethodTypeDesc LOAD = MethodTypeDesc.of(FLOATS, SPECIES, ARRAY, CD_int);
  MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, ARRAY, CD_int);

  // Slots of the parameters, in the order of CopyKernel.run, and of the counter.
  int FROM = 1;
  int FROM_OFFSET = 2;
  int FROM_DISTANCE = 3;
  int TO = 4;
  int TO_OFFSET = 5;
  int TO_DISTANCE = 6;
  int COUNT = 7;
  int COUNTER = 8;
  int FREE = 9;

  /** Floats in a vector. */
  int lanes();

  /** Floats that are copied at a time. */
  int floats();

  /** Vector instructions that this takes. */
  int instructions();

  /** What people call it. */
  String title();

  /** What is done once before all. */
  void begin(CodeBuilder code);

  /** Copies once, and moves on both offsets. */
  void copy(CodeBuilder code);

  /** Pushes the vectors' species. */
  default void species(CodeBuilder code) {
    code.getstatic(FLOATS, "SPECIES_" + lanes() * Float.SIZE, SPECIES);
  }

  /** Adds to an offset what another slot holds. */
  private static void advance(CodeBuilder code, int offset, int distance) {
    code.iload(offset).iload(distance).iadd().istore(offset);
  }

  /** Rows of so many vectors: 2.5 ns for 32 floats, where {@code System.arraycopy} takes 4.4. */
  record Rows(int lanes, int vectors) implements CopyForm {
    @Override
    public int floats() {
      return lanes * vectors;
    }

    @Override
    public int instructions() {
      return 2 * vectors;
    }

    @Override
    public String title() {
      return "copy of %d vectors of %d".formatted(vectors, lanes);
    }

    @Override
    public void begin(CodeBuilder code) {}

    @Override
    public void copy(CodeBuilder code) {
      for (int v = 0; v < vectors; v++) {
        species(code);
        code.aload(FROM).iload(FROM_OFFSET).loadConstant(v * lanes).iadd();
        code.invokestatic(FLOATS, "fromArray", LOAD);
        code.aload(TO).iload(TO_OFFSET).loadConstant(v * lanes).iadd();
        code.invokevirtual(FLOATS, "intoArray", STORE);
      }
      advance(code, FROM_OFFSET, FROM_DISTANCE);
      advance(code, TO_OFFSET, TO_DISTANCE);
    }
  }

  /**
   * Transposed squares, of as many rows as a vector has lanes, which follow each other along their
   * rows. To shuffle the rows like a deck of cards, the first half between the second, rotates the
   * bits of an element's place by one, so as many shuffles as lanes has bits transpose the square.
   */
  record Transposed(int lanes) implements CopyForm {
    private static final ClassDesc FORM = ClassDesc.of(Transposed.class.getName());
    private static final ClassDesc VECTOR = ClassDesc.of("jdk.incubator.vector.Vector");
    private static final MethodTypeDesc SELECT = MethodTypeDesc.of(FLOATS, VECTOR, VECTOR);
    private static final MethodTypeDesc DECK = MethodTypeDesc.of(ARRAY, CD_int);
    private static final int ROW = FREE;
    private static final int INDICES = FREE + 1;
    private static final int LOW = FREE + 2;
    private static final int HIGH = FREE + 3;
    private static final int VECTORS = FREE + 4;

    private static final float[][] DECKS = {made(4), made(8), made(16)};

    private static float[] made(int lanes) {
      var places = new float[2 * lanes];
      for (int i = 0; i < places.length; i++) {
        places[i] = i / 2 + i % 2 * lanes;
      }
      return places;
    }

    /**
     * Where the elements of two shuffled vectors come from, 0 to {@code 2 · lanes - 1}; the same
     * array each time.
     */
    static float[] deck(int lanes) {
      return DECKS[Integer.numberOfTrailingZeros(lanes) - 2];
    }

    @Override
    public int floats() {
      return lanes * lanes;
    }

    @Override
    public int instructions() {
      return lanes * (2 + shuffles());
    }

    private int shuffles() {
      return Integer.numberOfTrailingZeros(lanes);
    }

    @Override
    public String title() {
      return "transposition of %d × %1$d".formatted(lanes);
    }

    @Override
    public void begin(CodeBuilder code) {
      code.loadConstant(lanes).invokestatic(FORM, "deck", DECK).astore(INDICES);
      loadIndices(code, 0, LOW);
      loadIndices(code, lanes, HIGH);
    }

    private void loadIndices(CodeBuilder code, int at, int slot) {
      species(code);
      code.aload(INDICES).loadConstant(at);
      code.invokestatic(FLOATS, "fromArray", LOAD).astore(slot);
    }

    @Override
    public void copy(CodeBuilder code) {
      int from = VECTORS;
      int to = VECTORS + lanes;
      code.iload(FROM_OFFSET).istore(ROW);
      for (int v = 0; v < lanes; v++) {
        species(code);
        code.aload(FROM).iload(ROW).invokestatic(FLOATS, "fromArray", LOAD).astore(from + v);
        advance(code, ROW, FROM_DISTANCE);
      }
      for (int shuffle = 0; shuffle < shuffles(); shuffle++) {
        for (int v = 0; v < lanes / 2; v++) {
          select(code, LOW, from + v, to + 2 * v);
          select(code, HIGH, from + v, to + 2 * v + 1);
        }
        int shuffled = to;
        to = from;
        from = shuffled;
      }
      for (int v = 0; v < lanes; v++) {
        code.aload(from + v).aload(TO).iload(TO_OFFSET).invokevirtual(FLOATS, "intoArray", STORE);
        advance(code, TO_OFFSET, TO_DISTANCE);
      }
      code.iload(FROM_OFFSET).loadConstant(lanes).iadd().istore(FROM_OFFSET);
    }

    /** A vector's half of itself shuffled with its partner in the other half of the deck. */
    private void select(CodeBuilder code, int indices, int vector, int result) {
      code.aload(indices).aload(vector).aload(vector + lanes / 2);
      code.invokevirtual(FLOATS, "selectFrom", SELECT).astore(result);
    }
  }
}
