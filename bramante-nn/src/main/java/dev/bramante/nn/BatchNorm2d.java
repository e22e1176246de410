package dev.bramante.nn;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;

/**
 * Batch normalisation of images [N, H, W, C] (section 4.6; Ioffe and Szegedy 2015): each channel
 * has its mean taken away, is divided by its deviation, and gets a scale and a shift that are
 * learnt.
 *
 * <p>In training the statistics are those of the batch, and running ones follow them; in evaluation
 * the running ones are used.
 *
 * @param weight γ, [C]
 * @param bias β, [C]
 * @param mean the running mean, [C]
 * @param variance the running variance (divided by n − 1), [C]
 * @param batches the number of batches seen
 * @param momentum the share by which a batch moves the running statistics
 * @param epsilon added to the variance
 * @param frozen whether training uses the running statistics too, and leaves them as they are
 */
public record BatchNorm2d(
    Parameter weight,
    Parameter bias,
    @Named("running_mean") Parameter mean,
    @Named("running_var") Parameter variance,
    @Named("num_batches_tracked") Parameter batches,
    float momentum,
    float epsilon,
    boolean frozen)
    implements Layer {
  private static final float MOMENTUM = 0.1f;
  private static final float EPSILON = 1e-5f;

  /** With the usual momentum and epsilon, and a scale of 1. */
  public BatchNorm2d(int channels) {
    this(channels, 1);
  }

  /** With a given scale to begin with: 0 lets a residual block begin as the identity. */
  public BatchNorm2d(int channels, double scale) {
    this(
        learnt(channels, scale),
        learnt(channels, 0),
        Parameter.statistic(Shape.of(channels), 0),
        Parameter.statistic(Shape.of(channels), 1),
        Parameter.counter(),
        MOMENTUM,
        EPSILON,
        false);
  }

  private static Parameter learnt(int channels, double initial) {
    Shape shape = Shape.of(Checks.positive("channels", channels));
    return new Parameter(shape, new Initializer.Constant(initial));
  }

  /** The same parameters, with running statistics that training uses and doesn't move. */
  public BatchNorm2d asFrozen() {
    return new BatchNorm2d(weight, bias, mean, variance, batches, momentum, epsilon, true);
  }

  @Override
  public Value forward(Value x) {
    x.in(this);
    int channels = weight.shape().dim(0);
    Checks.require(
        x.shape().rank() == 4 && x.dim(3) == channels,
        x,
        "batch normalisation takes images [N, H, W, %d], not %s%s",
        channels,
        x,
        x.shape().rank() == 4 && x.dim(1) == channels ? "; are the channels first?" : "");
    boolean batch = x.trace().training() && !frozen;
    return batch ? byBatch(x) : normal(x, mean.in(x), variance.in(x));
  }

  private Value byBatch(Value x) {
    int n = x.dim(0) * x.dim(1) * x.dim(2);
    Checks.require(
        n > 1, x, "batch normalisation of %s has one value a channel: no variance to train by", x);
    Value batchMean = Functions.meanKeeping(x, 0, 1, 2); //                        [1, 1, 1, C]
    Value batchVariance = Functions.varianceKeeping(x, batchMean, 0, 1, 2); //     [1, 1, 1, C]
    follow(mean, x, batchMean.reshape(-1));
    follow(variance, x, batchVariance.reshape(-1).times((float) ((double) n / (n - 1))));
    batches.update(batches.latest(x).plus(1));
    return normal(x, batchMean, batchVariance);
  }

  private void follow(Parameter running, Value x, Value now) {
    running.update(running.latest(x).times(1 - momentum).plus(now.times(momentum)));
  }

  private Value normal(Value x, Value mean, Value variance) {
    return Functions.batchNorm(x, mean, variance, weight.in(x), bias.in(x), epsilon);
  }
}
