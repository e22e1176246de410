package dev.bramante.nn;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;

/**
 * What a parameter holds before training. An element is a function of the seed, the parameter's
 * name, and its row-major position in the shape that checkpoints have, so that it depends neither
 * on threads nor on our layout; it is worked out in double precision and then rounded.
 */
public sealed interface Initializer {
  /** Always the same. */
  record Constant(double value) implements Initializer {}

  /** Uniform in [−bound, bound). */
  record Uniform(double bound) implements Initializer {}

  /** Normal around 0. */
  record Normal(double deviation) implements Initializer {}

  /** Normal around 0, drawn again until within two deviations. */
  record TruncatedNormal(double deviation) implements Initializer {}

  /** Uniform around 0 with the deviation gain / √fan. */
  record FanUniform(Fan fan, double gain) implements Initializer {}

  /** Normal around 0 with the deviation gain / √fan. */
  record FanNormal(Fan fan, double gain) implements Initializer {}

  /** The number of connections by which a deviation is scaled. */
  enum Fan {
    /** Inputs of one output: keeps the size of activations. */
    IN,
    /** Outputs of one input: keeps the size of gradients. */
    OUT,
    /** The mean of both. */
    MEAN;

    /** The number for a weight stored as [out, in, kernel…]. */
    double of(Shape stored) {
      if (stored.rank() < 2) {
        throw new IllegalArgumentException(
            "a fan needs a weight of two axes or more, not " + stored);
      }
      int kernel = stored.size(2, stored.rank());
      double in = (double) stored.dim(1) * kernel;
      double out = (double) stored.dim(0) * kernel;
      return switch (this) {
        case IN -> in;
        case OUT -> out;
        case MEAN -> (in + out) / 2;
      };
    }
  }

  /** For ReLU networks (He et al. 2015): deviation √(2 / fan-in), uniform. */
  static Initializer kaimingUniform() {
    return new FanUniform(Fan.IN, Math.sqrt(2));
  }

  /** For ReLU networks (He et al. 2015): deviation √(2 / fan), normal. */
  static Initializer kaimingNormal(Fan fan) {
    return new FanNormal(fan, Math.sqrt(2));
  }

  /** For saturating activations (Glorot and Bengio 2010), uniform. */
  static Initializer xavierUniform() {
    return new FanUniform(Fan.MEAN, 1);
  }

  /** For saturating activations (Glorot and Bengio 2010), normal. */
  static Initializer xavierNormal() {
    return new FanNormal(Fan.MEAN, 1);
  }

  /** What PyTorch gives linear and convolutional weights: uniform within 1 / √fan-in. */
  static Initializer byFanIn() {
    return new FanUniform(Fan.IN, Math.sqrt(1.0 / 3));
  }

  /**
   * The values of a parameter.
   *
   * @param stored its shape in checkpoints
   */
  default Tensor values(Shape stored, long seed, String name) {
    long key = SplitMix.key(seed, name);
    float[] values = new float[stored.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) element(stored, key, i);
    }
    return Tensor.of(stored, values);
  }

  private double element(Shape stored, long key, int index) {
    return switch (this) {
      case Constant(double value) -> value;
      case Uniform(double bound) -> bound * (2 * SplitMix.uniform(key, index) - 1);
      case Normal(double deviation) -> deviation * SplitMix.normal(key, index);
      case TruncatedNormal(double deviation) -> deviation * truncated(key, index);
      case FanUniform(Fan fan, double gain) ->
          gain * Math.sqrt(3 / fan.of(stored)) * (2 * SplitMix.uniform(key, index) - 1);
      case FanNormal(Fan fan, double gain) ->
          gain / Math.sqrt(fan.of(stored)) * SplitMix.normal(key, index);
    };
  }

  private static double truncated(long key, int index) {
    long own = SplitMix.bits(key, index);
    for (int attempt = 0; ; attempt++) {
      double value = SplitMix.normal(own, attempt);
      if (Math.abs(value) <= 2) {
        return value;
      }
    }
  }
}
