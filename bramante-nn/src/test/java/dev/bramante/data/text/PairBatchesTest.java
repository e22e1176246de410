package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.text.TokenPairs.TooLong;
import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairBatchesTest {
  private static final Tokenizer TOKENIZER = new BpeTrainer(259, 1, PairTokens.NAMES).train();
  private static final PairTokens SPECIAL = PairTokens.of(TOKENIZER);

  private static TokenPairs pairs(String text, int longest) throws IOException {
    return pairs(text, longest, TooLong.LEFT_OUT);
  }

  private static TokenPairs pairs(String text, int longest, TooLong tooLong) throws IOException {
    var pairs = TextPair.list(TextSource.of("x.tsv", text));
    return TokenPairs.of("x.tsv", pairs, TOKENIZER, SPECIAL, longest, tooLong);
  }

  /** Pairs of many lengths, of which each is another one. */
  private static TokenPairs many(int count) throws IOException {
    String text =
        IntStream.range(0, count)
            .mapToObj(i -> "s" + i + "x".repeat(i * 7 % 29) + "\tt" + i + "y".repeat(i * 5 % 31))
            .collect(Collectors.joining("\n"));
    return pairs(text, 100);
  }

  @Test
  void aPairIsWhatTheNetworkReadsAndSays() throws IOException {
    TokenPairs pairs = pairs("ab\tc\nd\tefg", 50);
    int a = TOKENIZER.encode("a")[0];
    var batches = PairBatches.inOrder(pairs, 3);
    assertEquals(
        List.of(
            new Filled(
                0,
                List.of(
                    List.of(
                        a, a + 1, 2, 0, 0, 0, 0, 0, //
                        a + 3, 2, 0, 0, 0, 0, 0, 0, //
                        2, 0, 0, 0, 0, 0, 0, 0),
                    List.of(
                        1, a + 2, 0, 0, 0, 0, 0, 0, //
                        1, a + 4, a + 5, a + 6, 0, 0, 0, 0, //
                        1, 0, 0, 0, 0, 0, 0, 0)),
                List.of(
                    a + 2, 2, -1, -1, -1, -1, -1, -1, //
                    a + 4, a + 5, a + 6, 2, -1, -1, -1, -1, //
                    -1, -1, -1, -1, -1, -1, -1, -1))),
        Filled.epoch(batches, 0));
    assertEquals(4, batches.characters());
  }

  private static List<List<Integer>> sources(TokenBatches batches, long epoch) {
    var sources = new ArrayList<List<Integer>>();
    for (Filled filled : Filled.epoch(batches, epoch)) {
      int length = batches.shapes().get(filled.shape()).getFirst().dim(1);
      int rows = batches.shapes().get(filled.shape()).getFirst().dim(0);
      for (int row = 0; row < rows; row++) {
        if (filled.targets().get(row * length) >= 0) {
          List<Integer> ids = filled.inputs().getFirst().subList(row * length, (row + 1) * length);
          assertTrue(ids.contains(SPECIAL.end()));
          sources.add(ids.stream().filter(id -> id != SPECIAL.padding()).toList());
        }
      }
    }
    return sources;
  }

  @ParameterizedTest
  @CsvSource({"100,8", "101,7", "33,32", "5,5", "7,1", "300,64"})
  void eachPairComesOnceAnEpoch(int count, int batch) throws IOException {
    TokenPairs pairs = many(count);
    var measured = PairBatches.inOrder(pairs, batch);
    Set<List<Integer>> all = new HashSet<>(sources(measured, 0));
    assertEquals(count, all.size());
    assertEquals(Math.ceilDiv(count, batch), measured.count());
    var learnt = PairBatches.training(pairs, batch, 3);
    assertEquals(count / batch, learnt.count());
    for (int epoch = 0; epoch < 3; epoch++) {
      List<List<Integer>> sources = sources(learnt, epoch);
      assertEquals(count / batch * batch, sources.size());
      assertEquals(sources.size(), new HashSet<>(sources).size());
      assertTrue(all.containsAll(sources));
    }
    assertTrue(learnt.shapes().size() <= 5);
  }

  @Test
  void shapesAreFewAndBatchesOfSimilarLength() throws IOException {
    var batches = PairBatches.training(many(400), 8, 1);
    List<Integer> lengths =
        batches.shapes().stream().map(shape -> shape.getFirst().dim(1)).toList();
    assertEquals(lengths.stream().sorted().distinct().toList(), lengths);
    assertTrue(lengths.size() > 2, lengths::toString);
    assertTrue(lengths.stream().allMatch(length -> length % 8 == 0), lengths::toString);
    long places = 0;
    long words = 0;
    for (Filled filled : Filled.epoch(batches, 0)) {
      places += filled.targets().size();
      words += filled.targets().stream().filter(target -> target >= 0).count();
    }
    assertTrue(words > 0.6 * places, words + " of " + places);
  }

  @Test
  void ordersComeBackAndChangeWithTheEpoch() throws IOException {
    TokenPairs pairs = many(90);
    var batches = PairBatches.training(pairs, 8, 1);
    var epoch = Filled.epoch(batches, 2);
    assertNotEquals(epoch, Filled.epoch(batches, 3));
    assertEquals(epoch, Filled.epoch(batches, 2));
    assertEquals(epoch.get(5), Filled.of(PairBatches.training(pairs, 8, 1), 2, 5), "resumed");
    assertNotEquals(epoch, Filled.epoch(PairBatches.training(pairs, 8, 2), 2));
  }

  @Test
  void longPairsAreCountedOrRefused() throws IOException {
    String text = "a\tb\nabcdef\tg\na\tbcdefgh\nabc\tdef\n";
    TokenPairs pairs = pairs(text, 7);
    assertEquals(3, pairs.size());
    assertEquals(1, pairs.leftOut());
    var wrong = assertThrows(FileFormatException.class, () -> pairs(text, 7, TooLong.REFUSED));
    assertEquals(
        "x.tsv: line 3: the pair has 8 tokens a side, 7 are allowed; shorten it, leave it out, or"
            + " allow longer ones",
        wrong.getMessage());
    assertThrows(FileFormatException.class, () -> pairs(text, 1));
    assertThrows(IllegalArgumentException.class, () -> PairBatches.training(pairs, 4, 1));
  }

  @Test
  void aTokenizerWithoutPaddingIsRefused() {
    Tokenizer other = Tokenizers.characters("abc");
    var wrong = assertThrows(IllegalArgumentException.class, () -> PairTokens.of(other));
    assertEquals(
        "the tokenizer has no token <pad>; a translator's needs <pad>, <s>, </s>",
        wrong.getMessage());
  }
}
