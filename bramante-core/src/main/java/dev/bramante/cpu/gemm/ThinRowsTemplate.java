package dev.bramante.cpu.gemm;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ThinRows} for one vector width, as {@link WidthTemplate} loads it.
 *
 * <p>Each loop has one variable, of which all offsets are multiples: with more of them, range
 * checks stay in the loop, and four rows of 8-bit integers took three times as long.
 */
final class ThinRowsTemplate implements ThinRows {
  private static final VectorSpecies<Float> FLOATS = WidthTemplate.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final int LANES = FLOATS.length();

  private static final int HIGH_HALF = 0xffff0000;

  ThinRowsTemplate() {}

  private static FloatVector vector(float[] x, int at) {
    return FloatVector.fromArray(FLOATS, x, at);
  }

  private static FloatVector floats(IntVector x) {
    return (FloatVector) x.convert(I2F, 0);
  }

  @Override
  public void floats(float[] w, int wo, int rows, int k, float[] x, int xo, float[] y, int yo) {
    int pairs = k / (2 * LANES) * (2 * LANES);
    int whole = k / LANES * LANES;
    for (int r = 0; r < rows; r++) {
      int at = wo + r * k;
      var a = FloatVector.zero(FLOATS);
      var b = a;
      for (int i = 0; i < pairs; i += 2 * LANES) {
        a = vector(w, at + i).fma(vector(x, xo + i), a);
        b = vector(w, at + i + LANES).fma(vector(x, xo + i + LANES), b);
      }
      if (pairs < whole) {
        a = vector(w, at + pairs).fma(vector(x, xo + pairs), a);
      }
      a.add(b).intoArray(y, yo + r * LANES);
    }
    if (whole < k) {
      addRest(1, w, wo + whole, rows, k, k - whole, x, xo + whole, y, yo);
    }
  }

  @Override
  public void fourOfFloats(
      float[] w, int wo, int rows, int k, float[] x, int xo, float[] y, int yo) {
    int pairs = k / (2 * LANES) * (2 * LANES);
    int whole = k / LANES * LANES;
    for (int r = 0; r < rows; r++) {
      int at = wo + r * k;
      var a0 = FloatVector.zero(FLOATS);
      var a1 = a0;
      var a2 = a0;
      var a3 = a0;
      var b0 = a0;
      var b1 = a0;
      var b2 = a0;
      var b3 = a0;
      for (int i = 0; i < pairs; i += 2 * LANES) {
        var p = vector(w, at + i);
        a0 = p.fma(vector(x, xo + 4 * i), a0);
        a1 = p.fma(vector(x, xo + 4 * i + LANES), a1);
        a2 = p.fma(vector(x, xo + 4 * i + 2 * LANES), a2);
        a3 = p.fma(vector(x, xo + 4 * i + 3 * LANES), a3);
        var q = vector(w, at + i + LANES);
        b0 = q.fma(vector(x, xo + 4 * i + 4 * LANES), b0);
        b1 = q.fma(vector(x, xo + 4 * i + 5 * LANES), b1);
        b2 = q.fma(vector(x, xo + 4 * i + 6 * LANES), b2);
        b3 = q.fma(vector(x, xo + 4 * i + 7 * LANES), b3);
      }
      if (pairs < whole) {
        var p = vector(w, at + pairs);
        int from = xo + 4 * pairs;
        a0 = p.fma(vector(x, from), a0);
        a1 = p.fma(vector(x, from + LANES), a1);
        a2 = p.fma(vector(x, from + 2 * LANES), a2);
        a3 = p.fma(vector(x, from + 3 * LANES), a3);
      }
      int to = yo + r * 4 * LANES;
      a0.add(b0).intoArray(y, to);
      a1.add(b1).intoArray(y, to + LANES);
      a2.add(b2).intoArray(y, to + 2 * LANES);
      a3.add(b3).intoArray(y, to + 3 * LANES);
    }
    for (int j = 0; whole < k && j < 4; j++) {
      addRest(4, w, wo + whole, rows, k, k - whole, x, xo + 4 * whole + j, y, yo + j * LANES);
    }
  }

  /**
   * Adds the products of the last {@code rest} columns, of which there are too few for a vector.
   */
  private static void addRest(
      int group,
      float[] w,
      int wo,
      int rows,
      int k,
      int rest,
      float[] x,
      int xo,
      float[] y,
      int yo) {
    for (int r = 0; r < rows; r++) {
      float sum = 0;
      for (int i = 0; i < rest; i++) {
        sum = Math.fma(w[wo + r * k + i], x[xo + i * group], sum);
      }
      y[yo + r * group * LANES] += sum;
    }
  }

  @Override
  public void halves(int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo) {
    for (int r = 0; r < rows; r++) {
      int at = wo + r * length;
      var a = FloatVector.zero(FLOATS);
      var b = a;
      for (int i = 0; i < length; i += LANES) {
        var pair = IntVector.fromArray(INTS, w, at + i);
        var p = pair.lanewise(LSHL, 16).reinterpretAsFloats();
        a = p.fma(vector(x, xo + 2 * i), a);
        var q = pair.lanewise(AND, HIGH_HALF).reinterpretAsFloats();
        b = q.fma(vector(x, xo + 2 * i + LANES), b);
      }
      a.add(b).intoArray(y, yo + r * LANES);
    }
  }

  @Override
  public void fourOfHalves(
      int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo) {
    for (int r = 0; r < rows; r++) {
      int at = wo + r * length;
      var a0 = FloatVector.zero(FLOATS);
      var a1 = a0;
      var a2 = a0;
      var a3 = a0;
      var b0 = a0;
      var b1 = a0;
      var b2 = a0;
      var b3 = a0;
      for (int i = 0; i < length; i += LANES) {
        var pair = IntVector.fromArray(INTS, w, at + i);
        var p = pair.lanewise(LSHL, 16).reinterpretAsFloats();
        a0 = p.fma(vector(x, xo + 8 * i), a0);
        a1 = p.fma(vector(x, xo + 8 * i + LANES), a1);
        a2 = p.fma(vector(x, xo + 8 * i + 2 * LANES), a2);
        a3 = p.fma(vector(x, xo + 8 * i + 3 * LANES), a3);
        var q = pair.lanewise(AND, HIGH_HALF).reinterpretAsFloats();
        b0 = q.fma(vector(x, xo + 8 * i + 4 * LANES), b0);
        b1 = q.fma(vector(x, xo + 8 * i + 5 * LANES), b1);
        b2 = q.fma(vector(x, xo + 8 * i + 6 * LANES), b2);
        b3 = q.fma(vector(x, xo + 8 * i + 7 * LANES), b3);
      }
      int to = yo + r * 4 * LANES;
      a0.add(b0).intoArray(y, to);
      a1.add(b1).intoArray(y, to + LANES);
      a2.add(b2).intoArray(y, to + 2 * LANES);
      a3.add(b3).intoArray(y, to + 3 * LANES);
    }
  }

  @Override
  public void bytes(int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo) {
    for (int r = 0; r < rows; r++) {
      int at = wo + r * length;
      var a = FloatVector.zero(FLOATS);
      var b = a;
      var c = a;
      var d = a;
      for (int i = 0; i < length; i += LANES) {
        var four = IntVector.fromArray(INTS, w, at + i);
        var p = floats(four.lanewise(LSHL, 24));
        a = p.fma(vector(x, xo + 4 * i), a);
        var q = floats(four.lanewise(LSHL, 16));
        b = q.fma(vector(x, xo + 4 * i + LANES), b);
        var s = floats(four.lanewise(LSHL, 8));
        c = s.fma(vector(x, xo + 4 * i + 2 * LANES), c);
        var t = floats(four);
        d = t.fma(vector(x, xo + 4 * i + 3 * LANES), d);
      }
      a.add(b).add(c.add(d)).intoArray(y, yo + r * LANES);
    }
  }

  @Override
  public void fourOfBytes(
      int[] w, int wo, int rows, int length, float[] x, int xo, float[] y, int yo) {
    for (int r = 0; r < rows; r++) {
      int at = wo + r * length;
      var a0 = FloatVector.zero(FLOATS);
      var a1 = a0;
      var a2 = a0;
      var a3 = a0;
      var b0 = a0;
      var b1 = a0;
      var b2 = a0;
      var b3 = a0;
      var c0 = a0;
      var c1 = a0;
      var c2 = a0;
      var c3 = a0;
      var d0 = a0;
      var d1 = a0;
      var d2 = a0;
      var d3 = a0;
      for (int i = 0; i < length; i += LANES) {
        var four = IntVector.fromArray(INTS, w, at + i);
        var p = floats(four.lanewise(LSHL, 24));
        a0 = p.fma(vector(x, xo + 16 * i), a0);
        a1 = p.fma(vector(x, xo + 16 * i + LANES), a1);
        a2 = p.fma(vector(x, xo + 16 * i + 2 * LANES), a2);
        a3 = p.fma(vector(x, xo + 16 * i + 3 * LANES), a3);
        var q = floats(four.lanewise(LSHL, 16));
        b0 = q.fma(vector(x, xo + 16 * i + 4 * LANES), b0);
        b1 = q.fma(vector(x, xo + 16 * i + 5 * LANES), b1);
        b2 = q.fma(vector(x, xo + 16 * i + 6 * LANES), b2);
        b3 = q.fma(vector(x, xo + 16 * i + 7 * LANES), b3);
        var s = floats(four.lanewise(LSHL, 8));
        c0 = s.fma(vector(x, xo + 16 * i + 8 * LANES), c0);
        c1 = s.fma(vector(x, xo + 16 * i + 9 * LANES), c1);
        c2 = s.fma(vector(x, xo + 16 * i + 10 * LANES), c2);
        c3 = s.fma(vector(x, xo + 16 * i + 11 * LANES), c3);
        var t = floats(four);
        d0 = t.fma(vector(x, xo + 16 * i + 12 * LANES), d0);
        d1 = t.fma(vector(x, xo + 16 * i + 13 * LANES), d1);
        d2 = t.fma(vector(x, xo + 16 * i + 14 * LANES), d2);
        d3 = t.fma(vector(x, xo + 16 * i + 15 * LANES), d3);
      }
      int to = yo + r * 4 * LANES;
      a0.add(b0).add(c0.add(d0)).intoArray(y, to);
      a1.add(b1).add(c1.add(d1)).intoArray(y, to + LANES);
      a2.add(b2).add(c2.add(d2)).intoArray(y, to + 2 * LANES);
      a3.add(b3).add(c3.add(d3)).intoArray(y, to + 3 * LANES);
    }
  }

  @Override
  public void sum(float[] x, int xo, int count, float[] y, int yo) {
    var a = FloatVector.zero(FLOATS);
    var b = a;
    var c = a;
    var d = a;
    for (int i = 0; i < count; i += 4 * LANES) {
      a = a.add(vector(x, xo + i));
      b = b.add(vector(x, xo + i + LANES));
      c = c.add(vector(x, xo + i + 2 * LANES));
      d = d.add(vector(x, xo + i + 3 * LANES));
    }
    a.add(b).add(c.add(d)).intoArray(y, yo);
  }
}
