package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;

/**
 * Overwrites a random rectangle of an image with zeros (Zhong et al. 2017), as torchvision draws
 * it. Belongs after normalisation, where 0 is the mean.
 *
 * @param probability how often
 */
public record RandomErasing(double probability) implements Transform {
  private static final int TRIES = 10;
  private static final double SMALLEST = 0.02;
  private static final double LARGEST = 0.33;
  private static final double NARROWEST = 0.3;
  private static final double WIDEST = 3.3;

  /** Checks the probability. */
  public RandomErasing {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(probability + " is no probability");
    }
  }

  @Override
  public void apply(float[] values, int offset, Shape shape, SampleRandom random) {
    ImageShape.require(shape);
    if (random.nextFloat() >= probability) {
      return;
    }
    int height = shape.dim(0);
    int width = shape.dim(1);
    for (int i = 0; i < TRIES; i++) {
      double area = height * width * (SMALLEST + (LARGEST - SMALLEST) * random.nextFloat());
      double ratio =
          Math.exp(
              Math.log(NARROWEST) + (Math.log(WIDEST) - Math.log(NARROWEST)) * random.nextFloat());
      int down = (int) Math.rint(Math.sqrt(area * ratio));
      int across = (int) Math.rint(Math.sqrt(area / ratio));
      if (down < height && across < width) {
        int top = random.nextInt(height - down + 1);
        int left = random.nextInt(width - across + 1);
        erase(values, offset, shape, top, left, down, across);
        return;
      }
    }
  }

  private static void erase(
      float[] values, int offset, Shape shape, int top, int left, int down, int across) {
    int channels = shape.dim(2);
    for (int y = top; y < top + down; y++) {
      int from = offset + (y * shape.dim(1) + left) * channels;
      Arrays.fill(values, from, from + across * channels, 0);
    }
  }
}
