package dev.bramante.graph;

import static dev.bramante.graph.ShapeRules.require;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;

/** Shape rules of the operations that slide a window over images {@code [N, H, W, C]}. */
final class WindowRules {
  private WindowRules() {}

  static Type conv2d(Op.Conv2d op, Type x, Type weight) {
    images("convolution", x);
    Shape out = convolved(op.window(), op.groups(), x.shape(), weight);
    return x.with(out);
  }

  static Type inputGrad(Op.Conv2dInputGrad op, Type dy, Type weight) {
    Shape out = convolved(op.window(), op.groups(), op.input(), weight);
    require(
        dy.shape().equals(out),
        "gradient of a convolution of %s: dy is %s, not %s",
        op.input(),
        dy,
        out);
    return dy.with(op.input());
  }

  static Type weightGrad(Op.Conv2dWeightGrad op, Type x, Type dy) {
    images("convolution", x);
    Shape out = convolved(op.window(), op.groups(), x.shape(), x.with(op.weight()));
    require(
        dy.shape().equals(out), "gradient of a convolution of %s: dy is %s, not %s", x, dy, out);
    return x.with(op.weight());
  }

  static Type pool(String what, Window window, Type x) {
    images(what, x);
    require(
        window.padH() * 2 <= window.spanH() && window.padW() * 2 <= window.spanW(),
        "%s %s: padding is more than half the window",
        what,
        window);
    return x.with(slid(what, window, x.shape(), x.shape().dim(3)));
  }

  static Type maxPoolGrad(Window window, Type x, Type y, Type dy) {
    Type out = pool("max pooling", window, x);
    require(
        y.equals(out) && dy.equals(out),
        "gradient of max pooling of %s: y is %s and dy %s, not %s",
        x,
        y,
        dy,
        out);
    return x;
  }

  static Type avgPoolGrad(Op.AvgPoolGrad op, Type dy) {
    Type x = dy.with(op.input());
    Type out = pool("average pooling", op.window(), x);
    require(dy.equals(out), "gradient of average pooling of %s: dy is %s, not %s", x, dy, out);
    return x;
  }

  private static void images(String what, Type x) {
    require(
        x.shape().rank() == 4 && x.dtype() == DType.F32,
        "%s needs images F32[N, H, W, C], not %s",
        what,
        x);
  }

  private static Shape convolved(Window window, int groups, Shape x, Type weight) {
    Shape w = weight.shape();
    require(
        w.rank() == 4 && w.dim(0) == window.kernelH() && w.dim(1) == window.kernelW(),
        "convolution %s needs a weight [%d, %d, C, O], not %s",
        window,
        window.kernelH(),
        window.kernelW(),
        weight);
    require(
        groups >= 1 && x.dim(3) == w.dim(2) * groups && w.dim(3) % groups == 0,
        "convolution with weight %s in %d group(s) takes %d input channels, but the input %s has %d",
        weight,
        groups,
        w.dim(2) * groups,
        x,
        x.dim(3));
    return slid("convolution", window, x, w.dim(3));
  }

  private static Shape slid(String what, Window window, Shape x, int channels) {
    int h = window.outH(x.dim(1));
    int w = window.outW(x.dim(2));
    require(
        h >= 1 && w >= 1,
        "%s %s does not fit into the input %s: the result would be empty; is the image too small?",
        what,
        window,
        x);
    return Shape.of(x.dim(0), h, w, channels);
  }
}
