package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PackedTextTest {
  /** So many characters, of which each is a token and tells its place. */
  private static Tokens places(int count) throws IOException {
    String text =
        IntStream.range(0, count)
            .mapToObj(i -> Character.toString(0x4E00 + i))
            .collect(Collectors.joining());
    return Tokens.inMemory(
        Tokenizers.characters(text), List.of(TextSource.of("t", text)), OptionalInt.empty());
  }

  @Test
  void inOrderItIsTheWholeText() throws IOException {
    var text = PackedText.inOrder(places(11), 3, 3);
    assertEquals(2, text.count());
    assertEquals(10, text.characters());
    assertEquals(
        List.of(
            new Filled(
                0,
                List.of(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)),
                List.of(2, 3, 4, 5, 6, 7, 8, 9, 10)),
            new Filled(
                0,
                List.of(List.of(10, 0, 0, 0, 0, 0, 0, 0, 0)),
                List.of(11, -1, -1, -1, -1, -1, -1, -1, -1))),
        Filled.epoch(text, 0));
  }

  @ParameterizedTest
  @CsvSource({"100,7,3", "100,1,1", "23,11,2", "22,11,1", "4000,13,5", "13,4,3"})
  void windowsOfAnEpochDontOverlap(int size, int length, int batch) throws IOException {
    var text = PackedText.training(places(size), length, batch, 42);
    assertTrue(text.count() >= 1);
    for (int epoch = 0; epoch < 3; epoch++) {
      Set<Integer> targets = new HashSet<>();
      for (Filled filled : Filled.epoch(text, epoch)) {
        for (int i = 0; i < batch * length; i++) {
          int input = filled.inputs().getFirst().get(i);
          assertEquals(input + 1, filled.targets().get(i), "the next token");
          assertTrue(targets.add(input + 1), "twice in an epoch");
          if (i % length > 0) {
            assertEquals(input, filled.targets().get(i - 1), "side by side");
          }
        }
      }
      assertEquals(text.count() * batch * length, targets.size());
    }
  }

  @Test
  void epochsAndSeedsDifferAndComeBack() throws IOException {
    Tokens tokens = places(500);
    var text = PackedText.training(tokens, 10, 4, 1);
    var third = Filled.of(text, 3, 2);
    assertEquals(third, Filled.of(PackedText.training(tokens, 10, 4, 1), 3, 2), "resumed");
    assertNotEquals(third, Filled.of(text, 4, 2));
    assertNotEquals(third, Filled.of(PackedText.training(tokens, 10, 4, 2), 3, 2));
  }

  @Test
  void everyTokenIsATargetInSomeEpoch() throws IOException {
    var text = PackedText.training(places(61), 5, 2, 9);
    Set<Integer> targets = new TreeSet<>();
    for (int epoch = 0; epoch < 60; epoch++) {
      Filled.epoch(text, epoch).forEach(filled -> targets.addAll(filled.targets()));
    }
    assertEquals(IntStream.rangeClosed(2, 61).boxed().collect(Collectors.toSet()), targets);
  }

  @Test
  void aTextShorterThanABatchIsRefused() throws IOException {
    Tokens tokens = places(30);
    var wrong =
        assertThrows(IllegalArgumentException.class, () -> PackedText.training(tokens, 10, 3, 1));
    assertEquals(
        "the text has 30 tokens, a batch of 3 times 10 needs 31; choose less, or a longer text",
        wrong.getMessage());
    PackedText.training(places(31), 10, 3, 1);
    assertThrows(IllegalArgumentException.class, () -> PackedText.inOrder(places(1), 10, 3));
    assertThrows(IllegalArgumentException.class, () -> PackedText.inOrder(tokens, 0, 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 16, 17, 64, 65, 1000, 4097})
  void aPermutationHasEachNumberOnce(long size) {
    for (long key = 0; key < 5; key++) {
      var order = new Permutation(size, key);
      var numbers = LongStream.range(0, size).map(order::at).boxed().toList();
      assertEquals(size, new HashSet<>(numbers).size());
      assertTrue(numbers.stream().allMatch(n -> n >= 0 && n < size));
    }
  }

  @Test
  void aPermutationMixes() {
    var order = new Permutation(10_000, 7);
    // The mean distance of two numbers chosen by chance is a third of the range.
    double mean =
        LongStream.range(0, 9_999)
            .map(i -> Math.abs(order.at(i + 1) - order.at(i)))
            .average()
            .orElseThrow();
    assertEquals(3333, mean, 150);
    assertTrue(new Permutation(1L << 40, 3).at(12345) < 1L << 40);
  }
}
