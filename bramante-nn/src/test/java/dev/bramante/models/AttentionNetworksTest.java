package dev.bramante.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.ShapeException;
import dev.bramante.tensor.Shape;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionNetworksTest {
  @ParameterizedTest
  @CsvSource({
    "transformer, 63084544",
    "gpt2, 124439808",
    "gpt2_medium, 354823168",
    "gpt2_large, 774030080",
    "gpt2_xl, 1557611200",
    "gpt3_small, 125226240",
    "gpt3_2.7b, 2651553280",
    "gpt3, 174604259328",
    "vit_b_16, 86567656",
    "vit_b_32, 88224232",
    "vit_l_16, 304326632",
    "vit_l_32, 306535400",
    "vit_h_14, 632045800",
    "bert_base, 109483778", // 109,482,240 with the pooler, and a head of two classes
    "bert_large, 335143938" // 335,141,888 likewise
  })
  void countsAreThePublishedOnes(String name, long count) {
    assertEquals(count, Models.create(name, Map.of()).parameters().count());
  }

  @Test
  void outputsAreOfTheFigures() {
    var gpt = Map.of("vocab", "11", "length", "7", "width", "8", "heads", "2", "layers", "1");
    assertEquals(Shape.of(7, 11), Models.create("gpt", gpt).output());
    var vit = Map.of("image", "32", "patch", "8", "width", "8", "heads", "2", "layers", "1");
    assertEquals(Shape.of(1000), Models.create("vit", vit).output());
    assertEquals(Shape.of(2), Models.create("bert", gpt).output());
    assertEquals(Shape.of(7, 11), Models.create("transformer", gpt).output());
  }

  @Test
  void saysWhatDoesNotFit() {
    var heads = Models.create("gpt", Map.of("vocab", "11", "length", "7", "width", "9"));
    var divided = assertThrows(ShapeException.class, heads::output);
    assertTrue(divided.getMessage().contains("9 can't be divided among 12"), divided.getMessage());
    assertTrue(divided.getMessage().contains("attention"), divided.getMessage());
    var longer = Models.create("gpt", Map.of("vocab", "11", "length", "33", "positions", "32"));
    var long33 = assertThrows(ShapeException.class, longer::output);
    assertTrue(long33.getMessage().contains("33 is longer than the 32"), long33.getMessage());
    var patches =
        assertThrows(
            IllegalArgumentException.class, () -> Models.create("vit", Map.of("patch", "15")));
    assertTrue(patches.getMessage().contains("15×15"), patches.getMessage());
  }
}
