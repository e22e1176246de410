package dev.bramante.reference;

import dev.bramante.graph.Type;
import dev.bramante.graph.Window;
import java.util.Arrays;

/** Maximum and mean over sliding windows of images [N, H, W, C], and their gradients. */
final class Pooling {
  private Pooling() {}

  static Array max(Window window, Array x, Type type) {
    Array y = Array.zeros(type);
    int[] winners = winners(window, x, y.values().length);
    Arrays.setAll(y.values(), i -> winners[i] < 0 ? Double.NEGATIVE_INFINITY : x.at(winners[i]));
    return y;
  }

  static Array maxGrad(Window window, Array x, Array dy) {
    Array dx = Array.zeros(x.type());
    int[] winners = winners(window, x, dy.values().length);
    for (int i = 0; i < winners.length; i++) {
      if (winners[i] >= 0) {
        dx.values()[winners[i]] += dy.at(i);
      }
    }
    return dx;
  }

  /** For each output, the index in x of the first largest element, or −1 if all is padding. */
  private static int[] winners(Window window, Array x, int outputs) {
    int channels = x.shape().dim(3);
    int[] winners = new int[outputs];
    Arrays.fill(winners, -1);
    Taps.visit(
        window,
        x.shape(),
        (out, in, tap) -> {
          for (int c = 0; c < channels; c++) {
            int candidate = in * channels + c;
            int best = winners[out * channels + c];
            if (best < 0 || x.at(candidate) > x.at(best)) {
              winners[out * channels + c] = candidate;
            }
          }
        });
    return winners;
  }

  static Array average(Window window, Array x, Type type) {
    Array y = Array.zeros(type);
    int channels = x.shape().dim(3);
    double size = window.kernelH() * window.kernelW();
    Taps.visit(
        window,
        x.shape(),
        (out, in, tap) -> {
          for (int c = 0; c < channels; c++) {
            y.values()[out * channels + c] += x.at(in * channels + c) / size;
          }
        });
    return y;
  }

  static Array averageGrad(Window window, Array dy, Type type) {
    Array dx = Array.zeros(type);
    int channels = type.shape().dim(3);
    double size = window.kernelH() * window.kernelW();
    Taps.visit(
        window,
        type.shape(),
        (out, in, tap) -> {
          for (int c = 0; c < channels; c++) {
            dx.values()[in * channels + c] += dy.at(out * channels + c) / size;
          }
        });
    return dx;
  }
}
