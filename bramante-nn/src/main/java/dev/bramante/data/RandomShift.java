package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;

/**
 * Moves an image by a random whole number of pixels along each axis and fills with 0: the same as
 * padding by {@code pixels} and cropping at random. Belongs before normalisation, where 0 is black.
 *
 * @param pixels the longest move
 */
public record RandomShift(int pixels) implements Transform {
  /** Checks the range. */
  public RandomShift {
    if (pixels < 0) {
      throw new IllegalArgumentException("a shift by up to " + pixels + " pixels is negative");
    }
  }

  @Override
  public void apply(float[] values, int offset, Shape shape, SampleRandom random) {
    ImageShape.require(shape);
    int down = random.nextInt(2 * pixels + 1) - pixels;
    int right = random.nextInt(2 * pixels + 1) - pixels;
    shift(values, offset, shape, down, right);
  }

  static void shift(float[] values, int offset, Shape shape, int down, int right) {
    int height = shape.dim(0);
    int row = shape.size(1, 3);
    int move = Math.clamp((long) right * shape.dim(2), -row, row);
    for (int i = 0; i < height; i++) {
      // From the far end, so that no row is overwritten before it has been moved.
      int to = down > 0 ? height - 1 - i : i;
      int from = to - down;
      int start = offset + to * row;
      if (from < 0 || from >= height) {
        Arrays.fill(values, start, start + row, 0);
      } else {
        copyRow(values, offset + from * row, start, row, move);
      }
    }
  }

  private static void copyRow(float[] values, int from, int to, int row, int move) {
    if (move >= 0) {
      System.arraycopy(values, from, values, to + move, row - move);
      Arrays.fill(values, to, to + move, 0);
    } else {
      System.arraycopy(values, from - move, values, to, row + move);
      Arrays.fill(values, to + row + move, to + row, 0);
    }
  }
}
