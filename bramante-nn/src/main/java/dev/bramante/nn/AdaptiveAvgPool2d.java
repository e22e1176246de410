package dev.bramante.nn;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;

/**
 * Means over bins that cover the image evenly, from [N, H, W, C] of any size to [N, height, width,
 * C]: row i of the result is the mean of the rows from ⌊i·H/height⌋ to ⌈(i+1)·H/height⌉, as PyTorch
 * has it. Of an image of the result's size it is the identity.
 *
 * @param height rows of the result
 * @param width columns of the result
 */
public record AdaptiveAvgPool2d(int height, int width) implements Layer {
  /** A square result. */
  public AdaptiveAvgPool2d(int size) {
    this(size, size);
  }

  /** Checks the sizes. */
  public AdaptiveAvgPool2d {
    Checks.positive("height", height);
    Checks.positive("width", width);
  }

  @Override
  public Value forward(Value x) {
    x.in(this);
    Checks.require(
        x.shape().rank() == 4, x, "adaptive pooling takes images [N, H, W, C], not %s", x);
    int h = x.dim(1);
    int w = x.dim(2);
    if (h == height && w == width) {
      return x;
    }
    if (h % height == 0 && w % width == 0) {
      int kernelH = h / height;
      int kernelW = w / width;
      return x.avgPool(new Window(kernelH, kernelW, kernelH, kernelW, 0, 0, 1, 1));
    }
    return byProduct(x, h, w);
  }

  /** Bins that overlap, or are of several sizes: a product with the share of each pixel in each. */
  private Value byProduct(Value x, int h, int w) {
    int n = x.dim(0);
    int channels = x.dim(3);
    int bins = height * width;
    Value shares = x.trace().constant(shares(h, w)).broadcast(Shape.of(n, bins, h * w));
    return shares.matmul(x.reshape(n, h * w, channels)).reshape(n, height, width, channels);
  }

  /** [1, height · width, h · w]. */
  private Tensor shares(int h, int w) {
    float[] shares = new float[height * width * h * w];
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        int top = begin(i, h, height);
        int bottom = end(i, h, height);
        int left = begin(j, w, width);
        int right = end(j, w, width);
        float share = 1f / ((bottom - top) * (right - left));
        for (int y = top; y < bottom; y++) {
          for (int z = left; z < right; z++) {
            shares[((i * width + j) * h + y) * w + z] = share;
          }
        }
      }
    }
    return Tensor.of(Shape.of(1, height * width, h * w), shares);
  }

  private static int begin(int bin, int size, int bins) {
    return (int) ((long) bin * size / bins);
  }

  private static int end(int bin, int size, int bins) {
    return (int) (((long) (bin + 1) * size + bins - 1) / bins);
  }
}
