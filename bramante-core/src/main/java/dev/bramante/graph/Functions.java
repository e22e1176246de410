package dev.bramante.graph;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;

/**
 * Functions composed of the operations of {@link Value}. They need neither gradient rules nor
 * kernels of their own: gradients follow from their parts, and the fusion pass makes one kernel of
 * them.
 */
public final class Functions {
  private static final float SQRT_HALF = (float) Math.sqrt(0.5);
  private static final float SQRT_TWO_OVER_PI = (float) Math.sqrt(2 / Math.PI);

  private Functions() {}

  /** Variance over the axes, which vanish; divides by n − {@code correction}. */
  public static Value variance(Value x, int correction, int... axes) {
    Value centred = x.minus(meanKeeping(x, axes));
    Value sum = centred.times(centred).sum(axes);
    int n = x.shape().size() / Math.max(1, sum.shape().size());
    return sum.times((float) (1.0 / (n - correction)));
  }

  /** Mean over the axes, which stay with size 1. */
  public static Value meanKeeping(Value x, int... axes) {
    Value sum = x.reduceKeeping(ReduceKind.SUM, axes);
    return sum.times((float) ((double) sum.shape().size() / x.shape().size()));
  }

  /**
   * Variance around a mean that has been computed before, over the axes, which stay with size 1;
   * divides by n. Its gradient takes the mean for a constant, which makes no difference: the
   * differences from a mean sum to zero.
   */
  public static Value varianceKeeping(Value x, Value mean, int... axes) {
    Value centred = x.minus(mean.detached());
    return meanKeeping(centred.times(centred), axes);
  }

  /**
   * Batch normalisation (Ioffe and Szegedy 2015) by given statistics: γ · (x − mean) / √(variance +
   * ε) + β, each of them of the last axis's size or broadcast to it.
   */
  public static Value batchNorm(
      Value x, Value mean, Value variance, Value gamma, Value beta, float epsilon) {
    Value scale = gamma.over(variance.plus(epsilon).sqrt());
    return x.minus(mean).times(scale).plus(beta);
  }

  /**
   * Layer normalisation (Ba et al. 2016) over the last axis: γ · (x − mean) / √(variance + ε) + β.
   */
  public static Value layerNorm(Value x, Value gamma, Value beta, float epsilon) {
    Value mean = meanKeeping(x, -1);
    Value variance = varianceKeeping(x, mean, -1);
    return x.minus(mean).over(variance.plus(epsilon).sqrt()).times(gamma).plus(beta);
  }

  /** What bfloat16 numbers, which are for storage, stand for. */
  public static Value unpacked(Value stored) {
    return stored.trace().add(new Op.Unpack(DType.BF16), stored);
  }

  /** What 8-bit integers [R, …] stand for: each row times its scale, of [R]. */
  public static Value unpacked(Value stored, Value scales) {
    return stored.trace().add(new Op.Unpack(DType.I8), stored, scales);
  }

  /** Gaussian error linear unit, x · Φ(x) (Hendrycks and Gimpel 2016). */
  public static Value gelu(Value x) {
    return x.times(0.5f).times(x.times(SQRT_HALF).unary(UnaryKind.ERF).plus(1));
  }

  /** GELU by the approximation with tanh, as GPT-2 has it. */
  public static Value geluTanh(Value x) {
    Value inner = x.plus(x.times(x).times(x).times(0.044715f)).times(SQRT_TWO_OVER_PI);
    return x.times(0.5f).times(inner.tanh().plus(1));
  }

  /** exp(x) / Σ exp(x) along an axis. */
  public static Value softmax(Value x, int axis) {
    Value e = shifted(x, axis).exp();
    return e.over(e.reduceKeeping(ReduceKind.SUM, axis));
  }

  /** The logarithm of {@link #softmax}, without its loss of accuracy. */
  public static Value logSoftmax(Value x, int axis) {
    Value shifted = shifted(x, axis);
    return shifted.minus(shifted.exp().reduceKeeping(ReduceKind.SUM, axis).log());
  }

  /** Less the maximum, so that exp cannot overflow; the result of softmax does not depend on it. */
  private static Value shifted(Value x, int axis) {
    return x.minus(x.reduceKeeping(ReduceKind.MAX, axis).detached());
  }

  /**
   * Cross-entropy of logits [n, classes] with integer targets [n], averaged over the targets that
   * are not ignored.
   *
   * @param smoothing the share of the target distribution that is spread over all classes
   * @param ignored targets of this value don't count
   */
  public static Value crossEntropy(Value logits, Value targets, float smoothing, int ignored) {
    Value logp = logSoftmax(logits, -1);
    int n = logits.dim(0);
    int classes = logits.dim(1);
    Value target = targets.cast(DType.I32).reshape(n, 1);
    Value hit = logits.trace().iota(1, n, classes).binary(BinaryKind.EQ, target);
    Value none = logits.like(0);
    Value loss = hit.where(logp, none).sum(1).negate();
    if (smoothing != 0) {
      loss = loss.times(1 - smoothing).minus(logp.mean(1).times(smoothing));
    }
    Value counts = target.reshape(n).binary(BinaryKind.NE, ignored);
    Value weights = counts.cast(DType.F32);
    return counts.where(loss, none).sum().over(weights.sum().max(logits.like(1)));
  }

  /** Zeroes each element with probability {@code rate} and scales the others by 1/(1 − rate). */
  public static Value dropout(Value x, float rate) {
    if (rate == 0) {
      return x;
    }
    Value kept = x.trace().random(x.shape().dims()).binary(BinaryKind.GE, rate);
    return kept.where(x.times(1 / (1 - rate)), x.like(0));
  }

  /**
   * Multi-head attention (Vaswani et al. 2017), of queries [B, T, heads · D], keys [B, S, heads ·
   * D] and values [B, S, heads · E] to [B, T, heads · E]. The scores of all queries and keys are
   * never in memory at once, forward or backward. A query that sees no key gets zeros.
   */
  public static Value attention(Value q, Value k, Value v, int heads, AttentionOptions options) {
    return AttentionFunctions.fused(q, k, v, heads, options);
  }

  /**
   * What {@link #attention} computes, by products and a softmax over scores [B, heads, T, S], for
   * those who want gradients to the mask or gradients of gradients. A query that sees no key gets
   * NaN.
   */
  public static Value composedAttention(
      Value q, Value k, Value v, int heads, AttentionOptions options) {
    return AttentionFunctions.composed(q, k, v, heads, options);
  }

  /** Mean over the axes of the square of the elements' differences. */
  public static Value meanSquaredError(Value a, Value b) {
    Value difference = a.minus(b);
    return difference.times(difference).mean();
  }

  /** A value of zeros of the shape. */
  public static Value zeros(Trace trace, Shape shape) {
    return trace.constant(0).broadcast(shape);
  }
}
