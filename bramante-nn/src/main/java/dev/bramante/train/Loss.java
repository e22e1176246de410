package dev.bramante.train;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.Arrays;

/** What training makes small: a scalar, the mean over all targets (section 3.1). */
public sealed interface Loss {
  /**
   * Cross-entropy of logits [N…, classes] with integer targets [N…].
   *
   * @param smoothing the share of the target distribution that is spread over all classes
   * @param ignored targets of this value don't count
   */
  record CrossEntropy(float smoothing, int ignored) implements Loss {
    /** Plain cross-entropy; targets of −1 don't count. */
    public CrossEntropy() {
      this(0, -1);
    }

    /** Checks the share. */
    public CrossEntropy {
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new IllegalArgumentException("smoothing must be in [0, 1), not " + smoothing);
      }
    }
  }

  /**
   * Cross-entropy of logits [N, classes] with the shares that classes have in a sample [N,
   * classes]. Samples whose shares are zeros don't count.
   *
   * @param smoothing the share of the target distribution that is spread over all classes
   */
  record MixedCrossEntropy(float smoothing) implements Loss {
    /** Checks the share. */
    public MixedCrossEntropy {
      if (!(smoothing >= 0 && smoothing < 1)) {
        throw new IllegalArgumentException("smoothing must be in [0, 1), not " + smoothing);
      }
    }
  }

  /** (x − y)². */
  record MeanSquaredError() implements Loss {}

  /** |x − y|. */
  record L1() implements Loss {}

  /** Squared error, halved, up to a difference of {@code delta}, linear beyond (Huber 1964). */
  record Huber(float delta) implements Loss {
    /** Checks the difference. */
    public Huber {
      if (!(delta > 0)) {
        throw new IllegalArgumentException("Huber's delta must be positive, not " + delta);
      }
    }
  }

  /** Cross-entropy of the logistic function of logits with targets in [0, 1]. */
  record BinaryCrossEntropy() implements Loss {}

  /** The type of the targets for a network's output. */
  default Type targets(Type output) {
    return switch (this) {
      case CrossEntropy _ -> {
        int[] dims = output.shape().dims();
        yield new Type(DType.I32, Shape.of(Arrays.copyOf(dims, dims.length - 1)));
      }
      case MixedCrossEntropy _, MeanSquaredError _, L1 _, Huber _, BinaryCrossEntropy _ -> output;
    };
  }

  /** The loss of a network's output for targets of {@link #targets}' type. */
  default Value of(Value output, Value target) {
    return switch (this) {
      case CrossEntropy(float smoothing, int ignored) ->
          Functions.crossEntropy(
              output.reshape(-1, output.dim(-1)), target.reshape(-1), smoothing, ignored);
      case MixedCrossEntropy(float smoothing) -> mixedCrossEntropy(output, target, smoothing);
      case MeanSquaredError() -> Functions.meanSquaredError(output, target);
      case L1() -> output.minus(target).unary(UnaryKind.ABS).mean();
      case Huber(float delta) -> huber(output.minus(target), delta);
      case BinaryCrossEntropy() -> binaryCrossEntropy(output, target);
    };
  }

  private static Value mixedCrossEntropy(Value x, Value shares, float smoothing) {
    Value logp = Functions.logSoftmax(x, -1);
    Value count = shares.sum();
    Value likelihood = shares.times(logp).sum();
    if (smoothing != 0) {
      Value spread = shares.sum(1).times(logp.mean(1)).sum();
      likelihood = likelihood.times(1 - smoothing).plus(spread.times(smoothing));
    }
    return likelihood.negate().over(count.max(count.like(1)));
  }

  private static Value huber(Value difference, float delta) {
    Value size = difference.unary(UnaryKind.ABS);
    Value near = size.min(size.like(delta));
    return near.times(size.minus(near.times(0.5f))).mean();
  }

  /**
   * (1 − y) · x + log(1 + e^−x). The largest exponent is taken out of the sum as a constant, which
   * keeps it finite and its gradient right, at 0 too.
   */
  private static Value binaryCrossEntropy(Value x, Value y) {
    Value largest = x.negate().relu().detached();
    Value sum = largest.negate().exp().plus(x.negate().minus(largest).exp());
    return x.minus(x.times(y)).plus(largest).plus(sum.log()).mean();
  }
}
