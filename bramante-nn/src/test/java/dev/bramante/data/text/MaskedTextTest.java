package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskedTextTest {
  private static final int CLS = 2;
  private static final int SEP = 3;
  private static final int MASK = 4;

  private static final Tokenizer TOKENIZER = tokenizer();

  private static Tokenizer tokenizer() {
    var trainer = new BpeTrainer(300, 1, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    trainer.add("many a word and many more words of a text");
    return trainer.train();
  }

  private static Tokens tokens(int repeats) throws IOException {
    String text = "many words of a text, and [SEP] more. ".repeat(repeats);
    return Tokens.inMemory(TOKENIZER, List.of(TextSource.of("t", text)), OptionalInt.of(SEP));
  }

  @Test
  void theSpecialTokensAreTheFirst() {
    assertEquals(CLS, TOKENIZER.id("[CLS]").orElseThrow());
    assertEquals(MASK, TOKENIZER.id("[MASK]").orElseThrow());
    assertTrue(TOKENIZER.isSpecial(0) && TOKENIZER.isSpecial(MASK) && !TOKENIZER.isSpecial(5));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 17, 64})
  void fifteenOfAHundredAreToBeTold(int length) throws IOException {
    Tokens tokens = tokens(400);
    var text = MaskedText.training(tokens, TOKENIZER, length, 3, 11);
    var plain = new HashMap<Integer, Integer>();
    int told = 0;
    int masked = 0;
    int kept = 0;
    int free = 0;
    for (int epoch = 0; epoch < 2; epoch++) {
      for (Filled filled : Filled.epoch(text, epoch)) {
        List<Integer> inputs = filled.inputs().getFirst();
        for (int i = 0; i < inputs.size(); i++) {
          int target = filled.targets().get(i);
          boolean edge = i % length == 0 || i % length == length - 1;
          if (edge) {
            assertEquals(i % length == 0 ? CLS : SEP, inputs.get(i));
            assertEquals(TokenBatch.IGNORED, target);
          } else if (target == TokenBatch.IGNORED) {
            free += inputs.get(i) == SEP ? 0 : 1;
            assertNotEquals(MASK, inputs.get(i));
          } else {
            assertTrue(!TOKENIZER.isSpecial(target), "a special token is never hidden");
            told++;
            masked += inputs.get(i) == MASK ? 1 : 0;
            kept += inputs.get(i).equals(target) ? 1 : 0;
            plain.merge(target, 1, Integer::sum);
          }
        }
      }
    }
    if (length == 64) {
      assertEquals(0.15, told / (double) (told + free), 0.01);
    }
    assertEquals(0.8, masked / (double) told, 0.04);
    assertEquals(0.1, kept / (double) told, 0.03);
    assertTrue(plain.size() > 5);
  }

  @Test
  void gapsComeBackAndChangeWithTheEpoch() throws IOException {
    Tokens tokens = tokens(50);
    var text = MaskedText.training(tokens, TOKENIZER, 16, 4, 1);
    var some = Filled.of(text, 5, 3);
    assertEquals(some, Filled.of(MaskedText.training(tokens, TOKENIZER, 16, 4, 1), 5, 3));
    assertNotEquals(some, Filled.of(text, 6, 3));
    var measured = MaskedText.inOrder(tokens, TOKENIZER, 16, 4, 1);
    assertEquals(Filled.epoch(measured, 0), Filled.epoch(measured, 1));
  }

  @Test
  void inOrderEachWindowCountsOnce() throws IOException {
    Tokens tokens = tokens(20);
    var text = MaskedText.inOrder(tokens, TOKENIZER, 10, 7, 1);
    long rows = 0;
    for (Filled filled : Filled.epoch(text, 0)) {
      for (int row = 0; row < 7; row++) {
        rows +=
            filled.targets().subList(row * 10, row * 10 + 10).stream().anyMatch(t -> t >= 0)
                ? 1
                : 0;
      }
    }
    assertEquals(tokens.size() / 8, rows);
  }

  @Test
  void aTokenizerWithoutAMaskIsRefused() throws IOException {
    Tokens tokens = tokens(20);
    Tokenizer other = Tokenizers.characters("abc");
    var wrong =
        assertThrows(
            IllegalArgumentException.class, () -> MaskedText.training(tokens, other, 10, 2, 1));
    assertEquals("the tokenizer has no token [CLS], which masking needs", wrong.getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> MaskedText.training(tokens, TOKENIZER, 10, 2000, 1));
    assertThrows(
        IllegalArgumentException.class, () -> MaskedText.training(tokens, TOKENIZER, 2, 1, 1));
  }
}
