package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected values are sacrebleu 2.6.0's. */
class BleuTest {
  private static final List<String> REFERENCES =
      List.of(
          "Hello, world! It's 3.5% (or 1,000).",
          "the cat sat on the mat",
          "a much longer reference sentence than the translation",
          "good-bye &quot;friend&quot; 10-20");
  private static final List<String> TRANSLATIONS =
      List.of(
          "Hello, world! It is 3.5% (or 1,000).",
          "the cat is on the mat", "a much longer sentence", "good-bye \"friend\" 10-20");

  private static Bleu first(int n) {
    return Bleu.of(TRANSLATIONS.subList(0, n), REFERENCES.subList(0, n));
  }

  @Test
  void equalsSacrebleu() {
    assertEquals(67.03420896351791, first(1).score(), 1e-9);
    assertEquals(59.09231736138497, first(2).score(), 1e-9);
    assertEquals(51.12247047235812, first(3).score(), 1e-9);
    assertEquals(0.8777137332821824, first(3).brevity(), 1e-12);
    assertEquals(61.988935837167865, first(4).score(), 1e-9);
    assertEquals(63.63636363636363, first(4).precisions().get(2), 1e-9);
  }

  @Test
  void smoothsOrdersWithoutMatch() {
    var bleu = Bleu.of(List.of("the the the the"), List.of("the cat is the"));
    assertEquals(18.99589214128981, bleu.score(), 1e-9);
    assertEquals(0, Bleu.of(List.of("a b c"), List.of("a x y z w")).score());
    assertEquals(0, Bleu.of(List.of("q"), List.of("a x y z w")).score());
    assertEquals(0, Bleu.of(List.of(""), List.of("a")).score());
  }

  @Test
  void needsAReferenceForEach() {
    assertThrows(IllegalArgumentException.class, () -> Bleu.of(List.of("a"), List.of()));
  }
}
