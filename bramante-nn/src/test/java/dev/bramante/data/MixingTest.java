package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MixingTest {
  private static final Shape SHAPE = Shape.of(8, 6, 2);
  private static final int CLASSES = 5;

  /** All values of sample i are 10 · i, its class is i. */
  private static Batch batch(int size) {
    var batch = new Batch(size, SHAPE, CLASSES);
    batch.set(0, 0, size);
    for (int row = 0; row < size; row++) {
      Arrays.fill(batch.inputs(), row * SHAPE.size(), (row + 1) * SHAPE.size(), 10 * row);
      batch.targets()[row] = row;
    }
    return batch;
  }

  private static float[] shares(Batch batch, int row) {
    return Arrays.copyOfRange(batch.values(), row * CLASSES, (row + 1) * CLASSES);
  }

  private static float mean(Batch batch, int row) {
    double sum = 0;
    for (int i = 0; i < SHAPE.size(); i++) {
      sum += batch.inputs()[row * SHAPE.size() + i];
    }
    return (float) (sum / SHAPE.size());
  }

  @Test
  void inputsAndClassesAreMixedInTheSameProportion() {
    for (Mixing mixing : new Mixing[] {new Mixing(1, 0), new Mixing(0, 1), new Mixing(1, 1)}) {
      for (int step = 0; step < 50; step++) {
        Batch batch = batch(4);
        mixing.apply(batch, SHAPE, CLASSES, new SampleRandom(1, 0, step));
        for (int row = 0; row < 4; row++) {
          int before = (row + 3) % 4;
          float kept = shares(batch, row)[row];
          var expected = new float[CLASSES];
          expected[row] = kept;
          expected[before] = 1 - kept;
          assertArrayEquals(expected, shares(batch, row), 1e-6f);
          assertEquals(10 * (kept * row + (1 - kept) * before), mean(batch, row), 1e-4f);
        }
      }
    }
  }

  @Test
  void cutmixPastesARectangle() {
    Batch batch = batch(2);
    int step = 0;
    while (shares(batch, 1)[1] == 0 || shares(batch, 1)[1] > 0.8) {
      batch = batch(2);
      new Mixing(0, 1).apply(batch, SHAPE, CLASSES, new SampleRandom(1, 0, step++));
    }
    int start = SHAPE.size();
    int left = 6;
    int right = 0;
    int top = 8;
    int bottom = 0;
    int pasted = 0;
    for (int i = 0; i < SHAPE.size(); i++) {
      if (batch.inputs()[start + i] == 0) {
        int x = i / 2 % 6;
        int y = i / 12;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        pasted++;
      }
    }
    assertEquals(2 * (right - left + 1) * (bottom - top + 1), pasted);
  }

  @Test
  void whatCannotBeReadIsMixedWithNothing() {
    Batch batch = batch(4);
    batch.targets()[1] = Batch.IGNORED;
    new Mixing(1, 0).apply(batch, SHAPE, CLASSES, new SampleRandom(1, 0, 0));
    assertArrayEquals(new float[CLASSES], shares(batch, 1));
    assertArrayEquals(new float[] {0, 0, 1, 0, 0}, shares(batch, 2));
    assertEquals(20, mean(batch, 2));
    assertNotEquals(30, mean(batch, 3));
  }

  @Test
  void proportionsFollowTheBetaDistribution() {
    for (double alpha : new double[] {0.2, 1, 3}) {
      double sum = 0;
      double squares = 0;
      int count = 20_000;
      for (int i = 0; i < count; i++) {
        double x = new Beta(alpha).draw(new SampleRandom(3, 0, i));
        assertTrue(x >= 0 && x <= 1, alpha + " gives " + x);
        sum += x;
        squares += (x - 0.5) * (x - 0.5);
      }
      assertEquals(0.5, sum / count, 0.01);
      assertEquals(1 / (4 * (2 * alpha + 1)), squares / count, 0.005);
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Mixing(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Mixing(0, Double.NaN));
  }
}
