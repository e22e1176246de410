package dev.bramante.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.ShapeException;
import dev.bramante.graph.Type;
import dev.bramante.nn.Summary;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "alexnet, 61100840",
    "vgg11, 132863336",
    "vgg13, 133047848",
    "vgg16, 138357544",
    "vgg19, 143667240",
    "vgg11_bn, 132868840",
    "vgg13_bn, 133053736",
    "vgg16_bn, 138365992",
    "vgg19_bn, 143678248",
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet50_book, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "resnext50_32x4d, 25028904",
    "resnet20, 269722",
    "resnet32, 464154",
    "resnet44, 658586",
    "resnet56, 853018",
    "resnet110, 1727962",
    "plain20, 269722",
    "plain56, 853018",
  })
  void countsAreThosePublished(String name, long parameters) {
    Model model = Models.create(name, Map.of());
    assertEquals(parameters, model.parameters().count());
    assertEquals(Shape.of(model.config().integer("classes")), model.output());
  }

  @Test
  void namesAreTorchvisions() {
    var resnet = Models.create("resnet50", Map.of()).parameters();
    assertEquals(320, resnet.names().size());
    assertTrue(
        resnet
            .names()
            .containsAll(
                List.of(
                    "conv1.weight",
                    "bn1.num_batches_tracked",
                    "layer1.0.downsample.1.running_var",
                    "layer4.2.conv3.weight",
                    "fc.bias")));
    assertTrue(resnet.layers().keySet().containsAll(List.of("stem.bn1", "sections.3.2.conv3")));
    var vgg = Models.create("vgg16_bn", Map.of()).parameters();
    assertTrue(vgg.names().containsAll(List.of("features.41.running_mean", "classifier.6.weight")));
    var alexnet = Models.create("alexnet", Map.of()).parameters();
    assertTrue(alexnet.names().containsAll(List.of("features.10.bias", "classifier.1.weight")));
  }

  @Test
  void recomputationChangesNoNames() {
    var plain = Models.create("resnet18", Map.of()).parameters();
    var recomputed = Models.create("resnet18", Map.of("recompute", "true")).parameters();
    assertEquals(plain.names(), recomputed.names());
    assertTrue(recomputed.layers().containsKey("sections.1.0.conv1"));
  }

  @Test
  void theLayerThatWouldBecomeEmptyIsNamed() {
    var model = Models.create("alexnet", Map.of("image", "32"));
    var e = assertThrows(ShapeException.class, model::output);
    assertEquals(
        "max pooling 3x3 stride 2x2 does not fit into the input [1, 1, 1, 256]: the result would be"
            + " empty; is the image too small? (in layer features.12)",
        e.getMessage());
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
    var summary = Summary.of(new Mlp(), List.of(Type.f32(8, 50)));
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
    String known = refusal("quartz", Map.of());
    assertTrue(known.startsWith("unknown model \"quartz\"; known: mlp, lenet, "), known);
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
