package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransformTest {
  @Test
  void shiftsMoveEveryPixelAndFillWithZero() {
    Shape shape = Shape.of(3, 4, 2);
    for (int down = -4; down <= 4; down++) {
      for (int right = -5; right <= 5; right++) {
        var values = new float[1 + shape.size()];
        for (int i = 0; i < shape.size(); i++) {
          values[1 + i] = 1 + i;
        }
        RandomShift.shift(values, 1, shape, down, right);
        for (int i = 0; i < shape.size(); i++) {
          int y = i / 8 - down;
          int x = i / 2 % 4 - right;
          boolean inside = y >= 0 && y < 3 && x >= 0 && x < 4;
          assertEquals(inside ? 1 + (y * 4 + x) * 2 + i % 2 : 0, values[1 + i]);
        }
        assertEquals(0, values[0]);
      }
    }
  }

  @Test
  void shiftsTakeEveryDistance() {
    Shape shape = Shape.of(5, 5, 1);
    var seen = new HashSet<Integer>();
    for (int sample = 0; sample < 500; sample++) {
      var values = new float[25];
      values[12] = 1;
      new RandomShift(2).apply(values, 0, shape, new SampleRandom(1, 0, sample));
      for (int i = 0; i < 25; i++) {
        if (values[i] == 1) {
          seen.add(i);
        }
      }
    }
    assertEquals(25, seen.size());
  }

  @Test
  void flipsMirrorAndReturn() {
    for (int width : new int[] {1, 4, 5}) {
      Shape shape = Shape.of(2, width, 3);
      var values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      var flipped = values.clone();
      RandomFlip.flip(flipped, 0, shape);
      assertEquals((width - 1) * 3, flipped[0]);
      assertEquals(3 * width + 2, flipped[flipped.length - 1]);
      RandomFlip.flip(flipped, 0, shape);
      assertArrayEquals(values, flipped);
    }
  }

  @Test
  void flipsHalf() {
    int flips = 0;
    for (int sample = 0; sample < 10_000; sample++) {
      var values = new float[] {1, 2};
      new RandomFlip().apply(values, 0, Shape.of(1, 2, 1), new SampleRandom(1, 2, sample));
      flips += values[0] == 2 ? 1 : 0;
    }
    assertEquals(5000, flips, 250);
  }

  @Test
  void imageTransformsRefuseTables() {
    var random = new SampleRandom(0, 0, 0);
    for (Transform transform : List.of(new RandomFlip(), new RandomShift(1))) {
      assertEquals(
          "an image has the axes height, width and channels, this input [4]",
          assertThrows(
                  IllegalArgumentException.class,
                  () -> transform.apply(new float[4], 0, Shape.of(4), random))
              .getMessage());
    }
  }

  @Test
  void measuredNormalisationGivesMeanZeroAndDeviationOne() {
    var random = new SplittableRandom(3);
    int size = 207;
    var inputs = new float[size * 3];
    for (int i = 0; i < size; i++) {
      // A small signal on a large offset, an ordinary one, a constant.
      inputs[3 * i] = 10_000 + random.nextFloat();
      inputs[3 * i + 1] = random.nextFloat() * 7 - 3;
      inputs[3 * i + 2] = 5;
    }
    Dataset set = Dataset.of(Shape.of(3), inputs, new int[size], List.of("only"));
    var measured = Normalization.measure(set);
    var sums = new double[3];
    var squares = new double[3];
    for (int i = 0; i < size; i++) {
      var values = new float[4];
      set.input(i, values, 1);
      measured.apply(values, 1, set.inputShape());
      for (int c = 0; c < 3; c++) {
        sums[c] += values[1 + c];
        squares[c] += values[1 + c] * (double) values[1 + c];
      }
    }
    for (int c = 0; c < 3; c++) {
      assertEquals(0, sums[c] / size, 2e-3);
      assertEquals(c == 2 ? 0 : 1, squares[c] / size, 2e-3);
    }
  }

  @Test
  void normalisationThatDoesNotFitIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Normalization(new float[] {0}, new float[] {0}));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Normalization(new float[] {Float.NaN}, new float[] {1}));
    assertThrows(
        IllegalArgumentException.class, () -> new Normalization(new float[2], new float[] {1}));
    var one = new Normalization(new float[] {0}, new float[] {1});
    assertEquals(
        "a normalisation of 1 channels does not fit inputs of shape [2, 2, 3]",
        assertThrows(
                IllegalArgumentException.class,
                () -> one.apply(new float[12], 0, Shape.of(2, 2, 3)))
            .getMessage());
  }

  @Test
  void randomNumbersAreInRange() {
    var random = new SampleRandom(1, 2, 3);
    float least = 1;
    float most = 0;
    for (int i = 0; i < 10_000; i++) {
      float value = random.nextFloat();
      least = Math.min(least, value);
      most = Math.max(most, value);
      assertTrue(random.nextInt(1) == 0);
    }
    assertTrue(least >= 0 && least < 0.01 && most > 0.99 && most < 1);
    assertThrows(IllegalArgumentException.class, () -> random.nextInt(0));
  }

  @Test
  void erasingClearsARectangleOfTheDrawnSize() {
    Shape shape = Shape.of(20, 30, 3);
    int erased = 0;
    for (int sample = 0; sample < 400; sample++) {
      var values = new float[shape.size()];
      Arrays.fill(values, 1);
      new RandomErasing(0.5).apply(values, 0, shape, new SampleRandom(1, 0, sample));
      int left = 30;
      int right = -1;
      int top = 20;
      int bottom = -1;
      int zeros = 0;
      for (int i = 0; i < values.length; i++) {
        if (values[i] == 0) {
          left = Math.min(left, i / 3 % 30);
          right = Math.max(right, i / 3 % 30);
          top = Math.min(top, i / 90);
          bottom = Math.max(bottom, i / 90);
          zeros++;
        }
      }
      if (zeros > 0) {
        erased++;
        assertEquals(3 * (right - left + 1) * (bottom - top + 1), zeros);
        double share = zeros / 1800.0;
        assertTrue(share > 0.01 && share < 0.36, "erased " + share);
      }
    }
    assertTrue(erased > 160 && erased < 240, erased + " of 400");
  }
}
