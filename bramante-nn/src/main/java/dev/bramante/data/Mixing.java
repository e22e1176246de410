package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.Arrays;

/**
 * Mixes each sample of a batch with the one before it, and their classes in the same proportion:
 * mixup blends the inputs (Zhang et al. 2017), cutmix pastes a rectangle of one image into the
 * other (Yun et al. 2019). The proportion is drawn once a batch from Beta(α, α). Where both are
 * asked for, each batch gets one of them, each as often. As in torchvision.
 *
 * @param mixup α of mixup; 0 for none
 * @param cutmix α of cutmix; 0 for none
 */
public record Mixing(double mixup, double cutmix) {
  /** Leaves batches as they are. */
  public static final Mixing NONE = new Mixing(0, 0);

  /** Checks the numbers. */
  public Mixing {
    if (!(mixup >= 0 && mixup <= 100 && cutmix >= 0 && cutmix <= 100)) {
      throw new IllegalArgumentException(
          "mixup and cutmix are between 0 and 100, not " + mixup + " and " + cutmix);
    }
  }

  /** Whether anything is mixed, so that a sample has more than one class. */
  public boolean isOn() {
    return mixup > 0 || cutmix > 0;
  }

  /** Mixes the samples of a full batch, and writes the shares of the classes. */
  void apply(Batch batch, Shape shape, int classes, SampleRandom random) {
    boolean cuts = cutmix > 0 && (mixup == 0 || random.nextBoolean());
    double kept = new Beta(cuts ? cutmix : mixup).draw(random);
    if (cuts) {
      ImageShape.require(shape);
      Box box = Box.draw(shape, kept, random);
      kept = 1 - (double) box.area() / (shape.dim(0) * shape.dim(1));
      rollThrough(batch, shape, (row, before) -> paste(batch.inputs(), shape, box, row, before));
    } else {
      float share = (float) kept;
      rollThrough(batch, shape, (row, before) -> blend(batch.inputs(), shape, share, row, before));
    }
    writeShares(batch, classes, (float) kept);
  }

  private interface Pair {
    /** Mixes into the sample at {@code row} the one before it, which begins at {@code before}. */
    void mix(int row, Source before);
  }

  /** Where the values of a sample stand. */
  private record Source(float[] values, int offset) {}

  /** From the last row up, so that each meets the one before it as it was. */
  private static void rollThrough(Batch batch, Shape shape, Pair pair) {
    int size = shape.size();
    int last = batch.count() - 1;
    var lastRow = new float[size];
    System.arraycopy(batch.inputs(), last * size, lastRow, 0, size);
    for (int row = last; row >= 0; row--) {
      if (isMixed(batch, row)) {
        int offset = (row - 1) * size;
        pair.mix(row, row == 0 ? new Source(lastRow, 0) : new Source(batch.inputs(), offset));
      }
    }
  }

  /** A sample that cannot be read is mixed with nothing. */
  private static boolean isMixed(Batch batch, int row) {
    return batch.targets()[row] != Batch.IGNORED && batch.targets()[before(batch, row)] >= 0;
  }

  private static int before(Batch batch, int row) {
    return row == 0 ? batch.count() - 1 : row - 1;
  }

  private static void blend(float[] inputs, Shape shape, float kept, int row, Source before) {
    int offset = row * shape.size();
    for (int i = 0; i < shape.size(); i++) {
      inputs[offset + i] =
          kept * inputs[offset + i] + (1 - kept) * before.values()[before.offset() + i];
    }
  }

  private static void paste(float[] inputs, Shape shape, Box box, int row, Source before) {
    int line = shape.dim(1) * shape.dim(2);
    int count = (box.right() - box.left()) * shape.dim(2);
    for (int y = box.top(); y < box.bottom(); y++) {
      int at = y * line + box.left() * shape.dim(2);
      System.arraycopy(
          before.values(), before.offset() + at, inputs, row * shape.size() + at, count);
    }
  }

  private static void writeShares(Batch batch, int classes, float kept) {
    float[] shares = batch.values();
    Arrays.fill(shares, 0);
    for (int row = 0; row < batch.count(); row++) {
      int target = batch.targets()[row];
      if (target != Batch.IGNORED) {
        boolean mixed = isMixed(batch, row);
        shares[row * classes + target] += mixed ? kept : 1;
        if (mixed) {
          shares[row * classes + batch.targets()[before(batch, row)]] += 1 - kept;
        }
      }
    }
  }

  /** A rectangle of an image, its right and bottom edges excluded. */
  private record Box(int left, int top, int right, int bottom) {
    /** Around a random point, of the share of the area that isn't kept, cut at the edges. */
    static Box draw(Shape shape, double kept, SampleRandom random) {
      int height = shape.dim(0);
      int width = shape.dim(1);
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      double half = 0.5 * Math.sqrt(1 - kept);
      int halfWidth = (int) (half * width);
      int halfHeight = (int) (half * height);
      return new Box(
          Math.max(0, x - halfWidth),
          Math.max(0, y - halfHeight),
          Math.min(width, x + halfWidth),
          Math.min(height, y + halfHeight));
    }

    int area() {
      return (right - left) * (bottom - top);
    }
  }
}
