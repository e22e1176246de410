package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes a {@link TransformPart} as bytecode of the Vector API: one loop over the channels whose
 * body maps the columns and then the rows of the square, without a branch. What the points p and -p
 * have in common is computed once.
 */
final class TransformEmitter {
  private static final String VECTOR_PACKAGE = "jdk.incubator.vector.";
  private static final ClassDesc VECTOR = ClassDesc.of(VECTOR_PACKAGE + "Vector");
  private static final ClassDesc FLOATS = ClassDesc.of(VECTOR_PACKAGE + "FloatVector");
  private static final ClassDesc SPECIES = ClassDesc.of(VECTOR_PACKAGE + "VectorSpecies");
  private static final ClassDesc ARRAY = CD_float.arrayType();
  private static final MethodTypeDesc LOAD = MethodTypeDesc.of(FLOATS, SPECIES, ARRAY, CD_int);
  private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, ARRAY, CD_int);
  private static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOATS, SPECIES, CD_float);
  private static final MethodTypeDesc FMA = MethodTypeDesc.of(FLOATS, VECTOR, VECTOR);
  private static final MethodTypeDesc BINARY = MethodTypeDesc.of(FLOATS, VECTOR);
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void,
          List.of(
              CD_int, ARRAY, CD_int, CD_int, CD_int, // from
              ARRAY, CD_int, CD_int, CD_int, ARRAY, CD_int)); // to, bias

  private static final int POINTS = WinogradForm.POINTS;

  // Slots of the parameters, in the order of TransformPart.run.
  private static final int VECTORS = 1;
  private static final int FROM = 2;
  private static final int FO = 3;
  private static final int FROM_ROW = 4;
  private static final int FROM_COLUMN = 5;
  private static final int TO = 6;
  private static final int AT = 7;
  private static final int TO_ROW = 8;
  private static final int TO_COLUMN = 9;
  private static final int BIAS = 10;
  private static final int BO = 11;

  // Slots of the locals.
  private static final int P = 12;
  private static final int COLUMN = 13;
  private static final int K = 14;
  private static final int BIAS_VECTOR = 15;
  private static final int ZERO = 16;
  private static final int FIRST = 17;

  /** The largest part of a number that counts as a rounding error of another. */
  private static final double SAME = 1e-12;

  private final TransformSpec spec;
  private final CodeBuilder code;
  private final double[][] matrix;
  private final int[] wanted;
  private int next = FIRST;

  private TransformEmitter(TransformSpec spec, CodeBuilder code) {
    this.spec = spec;
    this.code = code;
    this.matrix = spec.form().matrix();
    this.wanted = spec.form().parts().get(spec.part());
  }

  static TransformPart emit(TransformSpec spec) {
    return EmittedClass.instance(
        "EmittedKernelTransform",
        TransformPart.class,
        RUN,
        body -> new TransformEmitter(spec, body).run());
  }

  private void run() {
    if (spec.relu()) {
      constant(0).astore(ZERO);
    }
    code.iconst_0().istore(K);
    var again = code.newLabel();
    var done = code.newLabel();
    code.labelBinding(again).iload(K).iload(VECTORS).if_icmpge(done);
    if (spec.bias()) {
      load(BIAS, BO).astore(BIAS_VECTOR);
      code.iinc(BO, spec.lanes());
    }
    next = FIRST;
    storeRows(mapColumns());
    code.iinc(FO, spec.lanes()).iinc(AT, spec.lanes()).iinc(K, 1).goto_(again);
    code.labelBinding(done).return_();
  }

  /** Maps the columns; the result is indexed by rows of the part and columns of the square. */
  private int[][] mapColumns() {
    var mapped = new int[wanted.length][spec.form().inputs()];
    code.iload(FO).istore(COLUMN);
    for (int column = 0; column < spec.form().inputs(); column++) {
      var results = map(loadColumn(), wanted);
      for (int row = 0; row < results.length; row++) {
        mapped[row][column] = results[row];
      }
      advance(COLUMN, FROM_COLUMN);
    }
    return mapped;
  }

  private int[] loadColumn() {
    var loaded = new int[spec.form().inputs()];
    code.iload(COLUMN).istore(P);
    for (int row = 0; row < loaded.length; row++) {
      if (isNeeded(row)) {
        loaded[row] = next++;
        load(FROM, P).astore(loaded[row]);
      }
      advance(P, FROM_ROW);
    }
    return loaded;
  }

  private boolean isNeeded(int input) {
    return Arrays.stream(wanted).anyMatch(output -> matrix[output][input] != 0);
  }

  private void storeRows(int[][] rows) {
    int[] all = IntStream.range(0, spec.form().outputs()).toArray();
    for (int i = 0; i < rows.length; i++) {
      code.iload(TO_ROW).loadConstant(wanted[i]).imul().iload(AT).iadd().istore(P);
      for (int result : map(rows[i], all)) {
        code.aload(result);
        if (spec.bias()) {
          code.aload(BIAS_VECTOR).invokevirtual(FLOATS, "add", BINARY);
        }
        if (spec.relu()) {
          code.aload(ZERO).invokevirtual(FLOATS, "max", BINARY);
        }
        code.aload(TO).iload(P).invokevirtual(FLOATS, "intoArray", STORE);
        advance(P, TO_COLUMN);
      }
    }
  }

  /**
   * One dimension: rows of the matrix times the values in some slots.
   *
   * @param in slots of the values
   * @param outputs rows of the matrix, points p and -p side by side
   * @return slots of the results
   */
  private int[] map(int[] in, int[] outputs) {
    return spec.form().isFromPoints() ? mapPoints(in, outputs) : mapToPoints(in, outputs);
  }

  private int[] mapToPoints(int[] in, int[] outputs) {
    var out = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      double[] row = matrix[outputs[i]];
      if (outputs[i] == 0 || outputs[i] == POINTS - 1) {
        out[i] = sum(row, in);
      } else {
        double scale = last(odd(row));
        int odd = sum(scaled(odd(row), 1 / scale), in);
        int even = sum(even(row), in);
        out[i] = sum(new double[] {1, scale}, even, odd);
        i++;
        out[i] = sum(new double[] {1, -scale}, even, odd);
      }
    }
    return out;
  }

  private int[] mapPoints(int[] in, int[] outputs) {
    var sums = new int[0];
    var differences = new int[0];
    var out = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      var factors = matrix[outputs[i]].clone();
      boolean isEven = outputs[i] % 2 == 0;
      for (int j = 2; j < POINTS; j += 2) {
        factors[j] = 0; // its factor is that of the point before, up to the sign
      }
      if (isEven && sums.length == 0) {
        sums = pairs(in, 1);
      } else if (!isEven && differences.length == 0) {
        differences = pairs(in, -1);
      }
      out[i] = sum(factors, isEven ? sums : differences);
    }
    return out;
  }

  /** The values, with those of the points p replaced by their sums with, or differences to, -p. */
  private int[] pairs(int[] in, int sign) {
    var result = in.clone();
    for (int j = 1; j + 1 < POINTS; j += 2) {
      result[j] = sum(new double[] {1, sign}, in[j], in[j + 1]);
    }
    return result;
  }

  /** A linear combination; a factor of 1 or -1 costs an addition, or nothing as the first. */
  private int sum(double[] factors, int... in) {
    int first = -1;
    for (int j = 0; j < in.length; j++) {
      boolean better = first < 0 || !isOne(factors[first]) && isOne(factors[j]);
      first = factors[j] != 0 && better ? j : first;
    }
    int result = next++;
    code.aload(in[first]);
    if (!isOne(factors[first])) {
      constant(factors[first]).invokevirtual(FLOATS, "mul", BINARY);
    }
    code.astore(result);
    for (int j = 0; j < in.length; j++) {
      if (factors[j] != 0 && j != first) {
        add(factors[j], in[j], result);
      }
    }
    return result;
  }

  private void add(double factor, int value, int result) {
    if (isOne(Math.abs(factor))) {
      code.aload(result).aload(value);
      code.invokevirtual(FLOATS, factor > 0 ? "add" : "sub", BINARY).astore(result);
    } else {
      code.aload(value);
      constant(factor).aload(result).invokevirtual(FLOATS, "fma", FMA).astore(result);
    }
  }

  private static boolean isOne(double factor) {
    return Math.abs(factor - 1) < SAME;
  }

  private static double[] even(double[] row) {
    return everySecond(row, 0);
  }

  private static double[] odd(double[] row) {
    return everySecond(row, 1);
  }

  private static double[] everySecond(double[] row, int from) {
    var result = new double[row.length];
    for (int j = from; j < row.length; j += 2) {
      result[j] = row[j];
    }
    return result;
  }

  private static double last(double[] row) {
    int j = row.length - 1;
    while (row[j] == 0) {
      j--;
    }
    return row[j];
  }

  private static double[] scaled(double[] row, double factor) {
    var result = new double[row.length];
    for (int j = 0; j < row.length; j++) {
      result[j] = row[j] * factor;
    }
    return result;
  }

  private CodeBuilder constant(double value) {
    return species().loadConstant((float) value).invokestatic(FLOATS, "broadcast", BROADCAST);
  }

  private CodeBuilder load(int array, int offset) {
    return species().aload(array).iload(offset).invokestatic(FLOATS, "fromArray", LOAD);
  }

  private void advance(int slot, int distance) {
    code.iload(slot).iload(distance).iadd().istore(slot);
  }

  private CodeBuilder species() {
    return code.getstatic(FLOATS, "SPECIES_" + spec.lanes() * Float.SIZE, SPECIES);
  }
}
