package dev.bramante.cpu.gemm;

import java.lang.invoke.MethodHandles;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link AttentionRows} for one vector width, which the class is given as class data when it is
 * loaded as a hidden class: so the species is a constant, and the source is one.
 */
final class AttentionRowsTemplate implements AttentionRows {
  private static final VectorSpecies<Float> FLOATS = WidthTemplate.species(MethodHandles.lookup());
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());

  /** 1.5 · 2^23: adding it rounds to an integer, which then is in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  /** 2 to this power is written with an exponent of zero, as 0. */
  private static final float LEAST = -127;

  /** 2^r on |r| ≤ ½, 1 at r = 0; relative error 9.1e-8. Fitted by reweighted least squares. */
  private static final float C1 = 0.693147004f;

  private static final float C2 = 0.240222424f;
  private static final float C3 = 0.0555073358f;
  private static final float C4 = 0.00967151299f;
  private static final float C5 = 0.00132647273f;

  private static final VectorShuffle<Float> BY_8 = rotated(8);
  private static final VectorShuffle<Float> BY_4 = rotated(4);
  private static final VectorShuffle<Float> BY_2 = rotated(2);

  private static final int[] POSITIONS = IntStream.range(0, INTS.length()).toArray();

  private static final float[] LANES = lanes();

  private static final int MIX_1 = 0x7feb352d;
  private static final int MIX_2 = 0x846ca68b;

  AttentionRowsTemplate() {}

  private static float[] lanes() {
    var lanes = new float[FLOATS.length()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = i;
    }
    return lanes;
  }

  @Override
  public float max(float[] s, int at, int count) {
    var hidden = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    var max = hidden;
    int whole = FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += FLOATS.length()) {
      max = max.max(FloatVector.fromArray(FLOATS, s, at + i));
    }
    if (whole < count) {
      var behind =
          FloatVector.fromArray(FLOATS, LANES, 0)
              .compare(VectorOperators.GE, (float) (count - whole));
      var last = FloatVector.fromArray(FLOATS, s, at + whole).blend(hidden, behind);
      last.intoArray(s, at + whole);
      max = max.max(last);
    }
    return max.reduceLanes(VectorOperators.MAX);
  }

  @Override
  public float exp(float[] s, int at, int count, float c, float m) {
    var factor = FloatVector.broadcast(FLOATS, c);
    var shift = FloatVector.broadcast(FLOATS, -m);
    var sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < count; i += FLOATS.length()) {
      var p = power(FloatVector.fromArray(FLOATS, s, at + i).fma(factor, shift));
      p.intoArray(s, at + i);
      sum = sum.add(p);
    }
    return sum(sum);
  }

  /**
   * The sum of all lanes, in an order of its own: {@code reduceLanes} adds in one order where it is
   * interpreted and in another where it is compiled, so that its bits change while a program runs.
   */
  private static float sum(FloatVector v) {
    var sum = v;
    if (FLOATS.length() > 8) {
      sum = sum.add(sum.rearrange(BY_8));
    }
    if (FLOATS.length() > 4) {
      sum = sum.add(sum.rearrange(BY_4));
    }
    sum = sum.add(sum.rearrange(BY_2));
    return sum.lane(0) + sum.lane(1);
  }

  private static VectorShuffle<Float> rotated(int lanes) {
    return VectorShuffle.fromOp(FLOATS, i -> (i + lanes) % FLOATS.length());
  }

  /** 2 to the powers, none of which is much above 0. */
  private static FloatVector power(FloatVector x) {
    var y = x.max(LEAST);
    var rounded = y.add(ROUNDER);
    var r = y.sub(rounded.sub(ROUNDER));
    var p = FloatVector.broadcast(FLOATS, C5);
    p = p.fma(r, FloatVector.broadcast(FLOATS, C4));
    p = p.fma(r, FloatVector.broadcast(FLOATS, C3));
    p = p.fma(r, FloatVector.broadcast(FLOATS, C2));
    p = p.fma(r, FloatVector.broadcast(FLOATS, C1));
    p = p.fma(r, FloatVector.broadcast(FLOATS, 1));
    var exponent = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  @Override
  public void gradient(
      float[] s, int at, float[] d, int dt, int count, float c, float m, float delta, float scale) {
    var factor = FloatVector.broadcast(FLOATS, c);
    var shift = FloatVector.broadcast(FLOATS, -m);
    var scales = FloatVector.broadcast(FLOATS, scale);
    var deltas = FloatVector.broadcast(FLOATS, -delta * scale);
    for (int i = 0; i < count; i += FLOATS.length()) {
      var p = power(FloatVector.fromArray(FLOATS, s, at + i).fma(factor, shift));
      p.intoArray(s, at + i);
      FloatVector.fromArray(FLOATS, d, dt + i).fma(scales, deltas).mul(p).intoArray(d, dt + i);
    }
  }

  @Override
  public void add(float[] s, int at, int count, float c, float[] mask, int mo, float factor) {
    var scales = FloatVector.broadcast(FLOATS, c);
    var factors = FloatVector.broadcast(FLOATS, factor);
    for (int i = 0; i < count; i += FLOATS.length()) {
      var added = FloatVector.fromArray(FLOATS, mask, mo + i).mul(factors);
      FloatVector.fromArray(FLOATS, s, at + i).fma(scales, added).intoArray(s, at + i);
    }
  }

  @Override
  public void hide(float[] s, int at, int count, float[] mask, int mo) {
    var hidden = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < count; i += FLOATS.length()) {
      var isHidden = FloatVector.fromArray(FLOATS, mask, mo + i).compare(VectorOperators.EQ, 0);
      FloatVector.fromArray(FLOATS, s, at + i).blend(hidden, isHidden).intoArray(s, at + i);
    }
  }

  @Override
  public void drop(float[] s, int at, int count, int key, int index, int threshold, float factor) {
    var factors = FloatVector.broadcast(FLOATS, factor);
    var indices = IntVector.fromArray(INTS, POSITIONS, 0).add(index);
    for (int i = 0; i < count; i += FLOATS.length()) {
      // Counter.mix, twice, written out: one call deeper, and C2 boxes the vectors.
      var x = indices.add(i);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(MIX_1);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(MIX_2);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
      x = x.lanewise(VectorOperators.XOR, key);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16)).mul(MIX_1);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 15)).mul(MIX_2);
      x = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 16));
      // All ones where the number is below the threshold: so that no mask is needed.
      var dropped =
          x.lanewise(VectorOperators.LSHR, 8).sub(threshold).lanewise(VectorOperators.ASHR, 31);
      FloatVector.fromArray(FLOATS, s, at + i)
          .mul(factors)
          .reinterpretAsInts()
          .lanewise(VectorOperators.AND_NOT, dropped)
          .reinterpretAsFloats()
          .intoArray(s, at + i);
    }
  }

  @Override
  public void scale(float[] y, int at, int count, float factor) {
    int whole = FLOATS.loopBound(count);
    for (int i = 0; i < whole; i += FLOATS.length()) {
      FloatVector.fromArray(FLOATS, y, at + i).mul(factor).intoArray(y, at + i);
    }
    for (int i = whole; i < count; i++) {
      y[at + i] *= factor;
    }
  }

  @Override
  public float dot(float[] a, int ao, float[] b, int bo, int count) {
    int whole = FLOATS.loopBound(count);
    var sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += FLOATS.length()) {
      var x = FloatVector.fromArray(FLOATS, a, ao + i);
      sum = x.fma(FloatVector.fromArray(FLOATS, b, bo + i), sum);
    }
    float rest = 0;
    for (int i = whole; i < count; i++) {
      rest = Math.fma(a[ao + i], b[bo + i], rest);
    }
    return sum(sum) + rest;
  }
}
