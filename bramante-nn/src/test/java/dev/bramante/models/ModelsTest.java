package dev.bramante.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Type;
import dev.bramante.nn.Summary;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsTest {
  @Test
  void countsAreThoseOfTheFigures() {
    Model mlp = Models.create("mlp", Map.of());
    assertEquals(1557, mlp.parameters().count());
    assertEquals(
        List.of("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"),
        mlp.parameters().names());
    assertEquals(Shape.of(2), mlp.output());

    Model lenet = Models.create("lenet", Map.of());
    assertEquals(105506, lenet.parameters().count());
    assertEquals(Shape.of(28, 28, 1), lenet.input());
    assertEquals(Shape.of(10), lenet.output());
    assertTrue(lenet.parameters().names().contains("9.bias"));

    Model lenet5 = Models.create("lenet5", Map.of("classes", "10"));
    assertEquals(61706, lenet5.parameters().count());
    assertEquals(Shape.of(10), lenet5.output());
    assertEquals(Shape.of(10), Models.create("lenet5", Map.of("image", "28")).output());
  }

  @Test
  void everyModelCanBeMadeFromItsDefaults() {
    for (Architecture architecture : Models.all()) {
      Model model = Models.create(architecture.name(), Map.of());
      var summary = Summary.of(model.network(), model.batch(3));
      assertEquals(model.parameters().count(), summary.parameters());
      assertEquals(
          model.parameters().count(),
          summary.rows().stream().mapToLong(Summary.Row::parameters).sum());
    }
  }

  @Test
  void summaryCountsOperations() {
    var summary = Summary.of(new Mlp(), Type.f32(8, 50));
    var first = summary.rows().getFirst();
    assertEquals("0", first.path());
    assertEquals(Shape.of(8, 25), first.output());
    assertEquals(2 * 8 * 50 * 25 + 2 * 8 * 25, first.flops());
    assertEquals(4 * 8 * 25, first.bytes());
    assertTrue(summary.toString().contains("1,557"), summary::toString);
  }

  @Test
  void mistakesAreNamed() {
    assertEquals("unknown model \"lennet\"; did you mean \"lenet\"?", refusal("lennet", Map.of()));
    assertEquals(
        "unknown model \"transmogrifier\"; known: mlp, lenet, lenet5",
        refusal("transmogrifier", Map.of()));
    assertEquals(
        "unknown key \"clases\"; did you mean \"classes\"?",
        refusal("lenet", Map.of("clases", "3")));
    assertEquals(
        "classes must be a whole number, not \"ten\"", refusal("lenet", Map.of("classes", "ten")));
    assertEquals(
        "output features must be at least 1, not 0", refusal("lenet", Map.of("classes", "0")));
    assertEquals(
        "layers must be whole numbers separated by commas, not \"50,x\"",
        refusal("mlp", Map.of("layers", "50,x")));
    assertEquals(
        "unknown activation \"rellu\"; did you mean \"relu\"?",
        refusal("mlp", Map.of("activation", "rellu")));
  }

  private static String refusal(String name, Map<String, String> settings) {
    return assertThrows(IllegalArgumentException.class, () -> Models.create(name, settings))
        .getMessage();
  }
}
