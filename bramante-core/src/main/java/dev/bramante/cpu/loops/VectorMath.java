package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.VectorCode.Reg;
import dev.bramante.graph.Counter;

/**
 * Writes elementary functions as vector arithmetic. The polynomials are minimax fits, by linear
 * programming, of relative error on the reduced interval; the error of each is noted.
 */
final class VectorMath {
  private static final float LOG2_E = 1.44269504f;
  private static final float LN2_HIGH = 0x1.62e4p-1f;
  private static final float LN2_LOW = 0x1.7f7d1cp-20f;
  private static final float EXP_OVERFLOW = 88.72283f;
  private static final float EXP_UNDERFLOW = -87.33654f;

  /** 1.5 · 2^23: adding it rounds to an integer, which then is in the low bits. */
  private static final float ROUNDER = 0x1.8p23f;

  // (e^r − 1 − r) / r² on |r| ≤ ln 2 / 2: 3.1e-9 of e^r, and 1.3e-8 of e^r − 1.
  private static final float[] EXP = {
    0.499999934f, 0.166665195f, 0.0416684012f, 0.00836885116f, 0.00138143138f
  };
  private static final float[] EXPM1 = {
    0.499999981f, 0.166665427f, 0.0416672039f, 0.00836664679f, 0.00138824988f
  };

  // (log(1 + f) − f + f²/2) / f³ on [√½ − 1, √2 − 1]: 5.9e-9.
  private static final float[] LOG = {
    0.333333315f,
    -0.25000827f,
    0.2000125f,
    -0.166231486f,
    0.142010311f,
    -0.13161596f,
    0.127677741f,
    -0.0763860434f
  };

  // On |r| ≤ π/4, in r²: (sin r − r) / r³: 3.9e-9; (cos r − 1 + r²/2) / r⁴: 1.2e-10.
  private static final float[] SIN = {-0.166666544f, 0.0083321466f, -0.000195133274f};
  private static final float[] COS = {0.0416666453f, -0.0013887297f, 2.44309234e-05f};

  // erf x / x − 1 in x², |x| ≤ 0.93: 4.6e-10; log erfc x on [0.925, 4]: 1.5e-9 of erf x.
  private static final float[] ERF_NEAR = {
    0.128379167f,
    -0.376126332f,
    0.112836872f,
    -0.0268589423f,
    0.00519990822f,
    -0.000813002671f,
    8.31682425e-05f
  };
  private static final float[] ERF_FAR = {
    -0.000203391863f,
    -1.12764378f,
    -0.637235803f,
    -0.103884644f,
    0.0222043094f,
    -0.00303755007f,
    0.000195359932f
  };

  private final VectorCode v;

  VectorMath(VectorCode v) {
    this.v = v;
  }

  /** e^x; 0 where the result would be subnormal. */
  Reg exp(Reg x) {
    Reg shifted = v.fma(x, LOG2_E, v.constant(ROUNDER));
    Reg r = reduced(x, shifted);
    Reg p = v.op("add", v.fma(v.op("mul", r, r), v.polynomial(r, EXP), r), 1f);
    Reg bits = v.op("add", v.asInts(p), v.shift("LSHL", v.asInts(shifted), 23));
    Reg small = v.blend(v.asFloats(bits), v.constant(0f), v.compare("LT", x, EXP_UNDERFLOW));
    Reg infinity = v.constant(Float.POSITIVE_INFINITY);
    return v.blend(small, infinity, v.compare("GT", x, EXP_OVERFLOW));
  }

  /** x − n ln 2, where n is what was rounded by adding ROUNDER. */
  private Reg reduced(Reg x, Reg shifted) {
    Reg n = v.op("sub", shifted, ROUNDER);
    return v.fma(n, -LN2_LOW, v.fma(n, -LN2_HIGH, x));
  }

  /** Natural logarithm. */
  Reg log(Reg x) {
    Reg subnormal = v.compare("LT", x, Float.MIN_NORMAL);
    Reg normal = v.blend(x, v.op("mul", x, 0x1p23f), subnormal);
    Reg bits = v.asInts(normal);
    Reg exponent = v.shift("ASHR", v.op("sub", bits, 0x3f3504f3), 23);
    Reg f = v.op("sub", v.asFloats(v.op("sub", bits, v.shift("LSHL", exponent, 23))), 1f);
    Reg e = v.convert(exponent, Lane.FLOAT);
    e = v.blend(e, v.op("sub", e, 23f), subnormal);
    Reg square = v.op("mul", f, f);
    Reg tail = v.op("mul", v.op("mul", square, f), v.polynomial(f, LOG));
    tail = v.fma(e, LN2_LOW, tail);
    Reg sum = v.op("add", f, v.fma(square, -0.5f, tail));
    sum = v.fma(e, LN2_HIGH, sum);
    sum = v.blend(sum, x, v.not(v.compare("LT", x, Float.POSITIVE_INFINITY)));
    sum = v.blend(sum, v.constant(Float.NaN), v.compare("LT", x, 0f));
    return v.blend(sum, v.constant(Float.NEGATIVE_INFINITY), v.compare("EQ", x, 0f));
  }

  /** (e^2|x| − 1) / (e^2|x| + 1) with x's sign. */
  Reg tanh(Reg x) {
    Reg a = v.unary("ABS", x);
    // tanh 9.1 rounds to 1.
    a = v.blend(a, v.constant(9.1f), v.compare("GT", a, 9.1f));
    Reg twice = v.op("add", a, a);
    Reg shifted = v.fma(twice, LOG2_E, v.constant(ROUNDER));
    Reg r = reduced(twice, shifted);
    Reg q = v.fma(v.op("mul", r, r), v.polynomial(r, EXPM1), r);
    Reg scale =
        v.asFloats(v.op("add", v.shift("LSHL", v.asInts(shifted), 23), Float.floatToRawIntBits(1)));
    Reg expm1 = v.fma(scale, q, v.op("sub", scale, 1f));
    return withSign(v.op("div", expm1, v.op("add", expm1, 2f)), x);
  }

  private Reg withSign(Reg magnitude, Reg sign) {
    Reg bit = v.binary("AND", v.asInts(sign), v.constant(Integer.MIN_VALUE));
    return v.asFloats(v.binary("OR", v.asInts(magnitude), bit));
  }

  /** 1 / (1 + e^−x). */
  Reg sigmoid(Reg x) {
    Reg denominator = v.op("add", exp(v.unary("NEG", x)), 1f);
    return v.op("div", v.constant(1f), denominator);
  }

  /** Gauss error function: a polynomial near 0, 1 − e^p further out. */
  Reg erf(Reg x) {
    Reg near = v.fma(x, v.polynomial(v.op("mul", x, x), ERF_NEAR), x);
    Reg a = v.unary("ABS", x);
    // erf 4 rounds to 1.
    a = v.blend(a, v.constant(4f), v.compare("GT", a, 4f));
    Reg p = v.polynomial(a, ERF_FAR);
    Reg far = withSign(v.op("sub", v.constant(1f), exp(p)), x);
    return v.blend(far, near, v.compare("LT", a, 0.927f));
  }

  /** Sine; exact reduction for |x| up to some 1e5. */
  Reg sin(Reg x) {
    return sine(x, 0);
  }

  /** Cosine; exact reduction for |x| up to some 1e5. */
  Reg cos(Reg x) {
    return sine(x, 1);
  }

  /** The sine of x + quarters · π/2. */
  private Reg sine(Reg x, int quarters) {
    Reg shifted = v.fma(x, (float) (2 / Math.PI), v.constant(ROUNDER));
    Reg n = v.op("sub", shifted, ROUNDER);
    // π/2 in three parts of 24 bits.
    Reg r = v.fma(n, -0x1.921fb6p0f, x);
    r = v.fma(n, 0x1.777a5cp-25f, r);
    r = v.fma(n, 0x1.ee59dap-50f, r);
    Reg square = v.op("mul", r, r);
    Reg sine = v.fma(v.op("mul", square, r), v.polynomial(square, SIN), r);
    Reg cosine =
        v.fma(
            v.op("mul", square, square),
            v.polynomial(square, COS),
            v.fma(square, -0.5f, v.constant(1f)));
    Reg quadrant = v.asInts(shifted);
    quadrant = quarters == 0 ? quadrant : v.op("add", quadrant, quarters);
    Reg odd = v.compare("NE", v.binary("AND", quadrant, v.constant(1)), 0);
    Reg sign = v.shift("LSHL", v.binary("AND", quadrant, v.constant(2)), 30);
    return v.asFloats(v.binary("XOR", v.asInts(v.blend(sine, cosine, odd)), sign));
  }

  /** Uniform numbers in [0, 1) for positions under a key: {@code Counter.uniform} in each lane. */
  Reg uniform(Reg position, Reg key) {
    Reg hash = mix(v.binary("XOR", mix(position), key));
    Reg upper = v.convert(v.shift("LSHR", hash, 8), Lane.FLOAT);
    return v.op("mul", upper, Counter.UNIT);
  }

  private Reg mix(Reg x) {
    Reg y = v.binary("XOR", x, v.shift("LSHR", x, 16));
    y = v.op("mul", y, 0x7feb352d);
    y = v.binary("XOR", y, v.shift("LSHR", y, 15));
    y = v.op("mul", y, 0x846ca68b);
    return v.binary("XOR", y, v.shift("LSHR", y, 16));
  }
}
