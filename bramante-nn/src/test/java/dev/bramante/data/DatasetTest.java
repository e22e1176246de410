package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  /** Sample i has the input [i, −i] and the class i mod 3. */
  static Dataset numbered(int size) {
    var inputs = new float[2 * size];
    for (int i = 0; i < size; i++) {
      inputs[2 * i] = i;
      inputs[2 * i + 1] = -i;
    }
    int[] targets = IntStream.range(0, size).map(i -> i % 3).toArray();
    return Dataset.of(Shape.of(2), inputs, targets, List.of("a", "b", "c"));
  }

  static int number(Dataset set, int index) {
    var input = new float[2];
    set.input(index, input, 0);
    assertEquals((int) input[0] % 3, set.target(index));
    return (int) input[0];
  }

  static int[] numbers(Dataset set) {
    return IntStream.range(0, set.size()).map(i -> number(set, i)).toArray();
  }

  @Test
  void arraysMustAgree() {
    var classes = List.of("a", "b");
    assertEquals(
        "2 targets with inputs of shape [3] need 6 values, the array has 5",
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.of(Shape.of(3), new float[5], new int[2], classes))
            .getMessage());
    assertEquals(
        "target 1 is 2, there are 2 classes",
        assertThrows(
                IllegalArgumentException.class,
                () -> Dataset.of(Shape.of(), new float[2], new int[] {1, 2}, classes))
            .getMessage());
  }

  @Test
  void subsetsKeepTheirOrder() {
    Dataset set = numbered(10).subset(7, 0, 7).subset(2, 1);
    assertArrayEquals(new int[] {7, 0}, numbers(set));
    assertThrows(IndexOutOfBoundsException.class, () -> numbered(10).subset(10));
  }

  @Test
  void aSplitIsDisjointCompleteAndReproducible() {
    Split split = numbered(101).split(0.2, 7);
    assertEquals(20, split.validation().size());
    int[] all =
        IntStream.concat(
                Arrays.stream(numbers(split.training())),
                Arrays.stream(numbers(split.validation())))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 101).toArray(), all);
    assertArrayEquals(
        numbers(split.validation()), numbers(numbered(101).split(0.2, 7).validation()));
    assertNotEquals(
        Arrays.toString(numbers(split.validation())),
        Arrays.toString(numbers(numbered(101).split(0.2, 8).validation())));
  }

  @Test
  void aSplitWithAnEmptyPartIsRefused() {
    for (double share : new double[] {0, 1, -1, 0.001, 0.999, Double.NaN}) {
      assertEquals(
          "a share of " + share + " of 10 samples leaves one part empty",
          assertThrows(IllegalArgumentException.class, () -> numbered(10).split(share, 0))
              .getMessage());
    }
  }

  @Test
  void permutationsAreFunctionsOfSeedAndEpoch() {
    // Pinned: a change of these would change every run that anybody resumes.
    assertArrayEquals(PINNED, Shuffle.permutation(10, 42, 3));
    for (int size : new int[] {0, 1, 2, 13, 4098}) {
      int[] order = Shuffle.permutation(size, 1, 1);
      Arrays.sort(order);
      assertArrayEquals(IntStream.range(0, size).toArray(), order);
    }
    assertNotEquals(
        Arrays.toString(Shuffle.permutation(100, 1, 0)),
        Arrays.toString(Shuffle.permutation(100, 0, 1)));
  }

  private static final int[] PINNED = {9, 1, 4, 8, 7, 0, 5, 3, 6, 2};

  @Test
  void permutationsAreUniform() {
    var counts = new int[5][5];
    for (int epoch = 0; epoch < 50_000; epoch++) {
      int[] order = Shuffle.permutation(5, 9, epoch);
      for (int i = 0; i < 5; i++) {
        counts[i][order[i]]++;
      }
    }
    for (int[] row : counts) {
      for (int count : row) {
        assertEquals(10_000, count, 450, "five standard deviations");
      }
    }
  }
}
