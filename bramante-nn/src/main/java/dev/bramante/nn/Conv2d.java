package dev.bramante.nn;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import java.util.Optional;

/**
 * Convolution of images, from [N, H, W, in] to [N, OH, OW, out] (section 4.2).
 *
 * @param weight [KH, KW, in / groups, out]; in checkpoints [out, in / groups, KH, KW]
 * @param bias [out]
 * @param window kernel, stride, padding and dilation
 * @param groups the number of parts into which the channels are split, each convolved on its own
 */
public record Conv2d(Parameter weight, Optional<Parameter> bias, Window window, int groups)
    implements Layer {
  /** A square kernel with a bias, initialised as PyTorch does; stride 1, no padding. */
  public Conv2d(int in, int out, int kernel) {
    this(in, out, kernel, 1, 0);
  }

  /** A square kernel with a bias, initialised as PyTorch does. */
  public Conv2d(int in, int out, int kernel, int stride, int pad) {
    this(in, out, Window.square(kernel, stride, pad), 1);
  }

  /** With a bias, initialised as PyTorch does. */
  public Conv2d(int in, int out, Window window, int groups) {
    this(
        weight(in, out, window, groups, Initializer.byFanIn()),
        Optional.of(bias(in, out, window, groups)),
        window,
        groups);
  }

  /** With a bias of zeros and weights of a given initialiser. */
  public static Conv2d of(int in, int out, Window window, Initializer initializer) {
    return new Conv2d(
        weight(in, out, window, 1, initializer),
        Optional.of(new Parameter(Shape.of(out), new Initializer.Constant(0))),
        window,
        1);
  }

  /** Without a bias, with weights of a given initialiser. */
  public static Conv2d withoutBias(
      int in, int out, Window window, int groups, Initializer initializer) {
    Parameter weight = weight(in, out, window, groups, initializer);
    return new Conv2d(weight, Optional.empty(), window, groups);
  }

  private static Parameter weight(int in, int out, Window window, int groups, Initializer init) {
    Checks.positive("groups", groups);
    if (Checks.positive("input channels", in) % groups != 0
        || Checks.positive("output channels", out) % groups != 0) {
      throw new IllegalArgumentException(
          "%d input and %d output channels cannot be split into %d groups"
              .formatted(in, out, groups));
    }
    return new Parameter(
        Shape.of(window.kernelH(), window.kernelW(), in / groups, out), init, 3, 2, 0, 1);
  }

  private static Parameter bias(int in, int out, Window window, int groups) {
    double fan = (double) in / groups * window.kernelH() * window.kernelW();
    return new Parameter(Shape.of(out), new Initializer.Uniform(1 / Math.sqrt(fan)));
  }

  /** Checks that the parts agree. */
  public Conv2d {
    Shape shape = weight.shape();
    boolean fits =
        shape.rank() == 4
            && shape.dim(0) == window.kernelH()
            && shape.dim(1) == window.kernelW()
            && shape.dim(3) % groups == 0;
    if (!fits || bias.isPresent() && bias.get().shape().size() != shape.dim(3)) {
      throw new IllegalArgumentException(
          "weight %s, bias %s, kernel %s and %d groups don't fit"
              .formatted(weight, bias, window, groups));
    }
  }

  /** Channels that it takes. */
  public int in() {
    return weight.shape().dim(2) * groups;
  }

  /** Channels that it gives. */
  public int out() {
    return weight.shape().dim(3);
  }

  @Override
  public Value forward(Value x) {
    x.in(this);
    Checks.require(
        x.shape().rank() == 4 && x.dim(3) == in(),
        x,
        "convolution %s takes images [N, H, W, %d], not %s%s",
        window,
        in(),
        x,
        x.shape().rank() == 4 && x.dim(1) == in() ? "; are the channels first?" : "");
    Value y = x.conv2d(weight.in(x), window, groups);
    return bias.isPresent() ? y.plus(bias.get().in(x)) : y;
  }
}
