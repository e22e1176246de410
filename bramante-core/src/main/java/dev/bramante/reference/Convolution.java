package dev.bramante.reference;

import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;

/**
 * Convolution of images [N, H, W, C] with a weight [KH, KW, C/groups, O], and its gradients. All
 * three are the same sum of products over (window, pixel, input channel, output channel).
 */
final class Convolution {
  private Convolution() {}

  static Array forward(Window window, int groups, Array x, Array weight, Type type) {
    Array y = Array.zeros(type);
    walk(
        window,
        groups,
        x.shape(),
        weight.shape(),
        (in, tap, out) -> y.values()[out] += x.at(in) * weight.at(tap));
    return y;
  }

  static Array inputGrad(Window window, int groups, Array dy, Array weight, Type type) {
    Array dx = Array.zeros(type);
    walk(
        window,
        groups,
        type.shape(),
        weight.shape(),
        (in, tap, out) -> dx.values()[in] += dy.at(out) * weight.at(tap));
    return dx;
  }

  static Array weightGrad(Window window, int groups, Array x, Array dy, Type type) {
    Array dw = Array.zeros(type);
    walk(
        window,
        groups,
        x.shape(),
        type.shape(),
        (in, tap, out) -> dw.values()[tap] += x.at(in) * dy.at(out));
    return dw;
  }

  /** One product: indices of an element of the input, the weight and the output. */
  private interface Product {
    void add(int in, int tap, int out);
  }

  private static void walk(Window window, int groups, Shape x, Shape weight, Product product) {
    int channels = weight.dim(2);
    int outputs = weight.dim(3);
    int perGroup = outputs / groups;
    Taps.visit(
        window,
        x,
        (out, in, tap) -> {
          for (int c = 0; c < channels; c++) {
            for (int o = 0; o < outputs; o++) {
              int channel = o / perGroup * channels + c;
              product.add(
                  in * x.dim(3) + channel, (tap * channels + c) * outputs + o, out * outputs + o);
            }
          }
        });
  }
}
