package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.Dataset;
import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.Op;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fine-tuning: parts that stay as they are, and parts that move at a rate of their own. */
class FreezeTest {
  private static final Model MODEL = Models.create("resnet20", Map.of("classes", "2"));
  private static final List<String> CLASSES = List.of("dark", "bright");

  @TempDir private Path folder;

  private static Dataset images(int count, long key) {
    int size = 32 * 32 * 3;
    float[] inputs = new float[count * size];
    int[] targets = new int[count];
    for (int i = 0; i < inputs.length; i++) {
      targets[i / size] = i / size % 2;
      inputs[i] = (float) (0.5 * SplitMix.uniform(key, i) + 0.5 * targets[i / size]);
    }
    return Dataset.of(Shape.of(32, 32, 3), inputs, targets, CLASSES);
  }

  private static TrainJob job(String... settings) {
    Map<String, String> changes = new HashMap<>();
    changes.putAll(Map.of("batch", "4", "steps", "3", "optimizer", "sgd", "learning-rate", "0.05"));
    for (int i = 0; i < settings.length; i += 2) {
      changes.put(settings[i], settings[i + 1]);
    }
    return new TrainJob(
        MODEL.network(),
        new TrainSettings(TrainSettings.defaults().with(changes)),
        images(8, 1),
        images(4, 2),
        MODEL.toMetadata());
  }

  private static Map<String, Tensor> initial() {
    return Weights.of(MODEL.parameters(), ParameterGroup.all()).initial(3);
  }

  private Path run(String name, TrainJob job) throws IOException {
    Path place = folder.resolve(name);
    Trainer.start(new Engine(EngineOptions.defaults()), job, place, Listener.none(), initial())
        .run();
    return place;
  }

  private Map<String, Tensor> trained(String name, String... settings) throws IOException {
    Path place = run(name, job(settings));
    return Checkpoint.read(new RunFolder(place).last(), MODEL.parameters()).weights();
  }

  @Test
  void whatIsFrozenStaysAndTheRestMoves() throws IOException {
    Map<String, Tensor> before = initial();
    Map<String, Tensor> after = trained("frozen", "freeze", "stem, sections.0, layer2.0");
    for (String name : before.keySet()) {
      boolean frozen =
          name.startsWith("conv1.")
              || name.startsWith("bn1.")
              || name.startsWith("layer1.")
              || name.startsWith("layer2.0.");
      // Running statistics and counters of frozen normalisations stay too.
      assertEquals(frozen, before.get(name).sameBits(after.get(name)), name);
    }
  }

  @Test
  void averagesAndOptimizersKeepNothingForWhatIsFrozen() throws IOException {
    String[] settings = {"freeze", "layer*", "average", "0.9", "optimizer", "adamw"};
    Path place = run("state", job(settings));
    Checkpoint last = Checkpoint.read(new RunFolder(place).last(), MODEL.parameters());
    assertEquals(Set.of("mean", "square", "average"), last.state().keySet());
    assertTrue(last.state().get("mean").containsKey("fc.weight"));
    assertFalse(last.state().get("mean").containsKey("layer1.0.conv1.weight"));
    Tensor frozen = initial().get("layer1.0.conv1.weight");
    assertTrue(last.best().get("layer1.0.conv1.weight").sameBits(frozen));
    assertFalse(last.best().get("fc.weight").sameBits(initial().get("fc.weight")));
  }

  @Test
  void aFrozenRunResumesToTheSameBits() throws IOException {
    Map<String, Tensor> straight = trained("straight", "freeze", "stem", "momentum", "0.9");
    Path halves = folder.resolve("halves");
    var engine = new Engine(EngineOptions.defaults());
    String[] first = {"freeze", "stem", "momentum", "0.9", "steps", "2"};
    Trainer.start(engine, job(first), halves, Listener.none(), initial()).run();
    TrainJob rest = job("freeze", "stem", "momentum", "0.9");
    Trainer.resume(new Engine(EngineOptions.defaults()), rest, halves, Listener.none()).run();
    Map<String, Tensor> resumed =
        Checkpoint.read(new RunFolder(halves).last(), MODEL.parameters()).weights();
    straight.forEach((name, value) -> assertTrue(value.sameBits(resumed.get(name)), name));
  }

  @Test
  void frozenLayersCostNoGradient() {
    assertEquals(2 * 19 - 1, convolutionGradients(job()));
    assertEquals(0, convolutionGradients(job("freeze", "stem,sections")));
    // Of the last section, to whose input no gradient goes.
    assertEquals(2 * 6 - 1, convolutionGradients(job("freeze", "stem,sections.0,sections.1")));
  }

  private static long convolutionGradients(TrainJob job) {
    return TrainingStep.of(job).update().nodes().stream()
        .filter(node ->
            node.op() instanceof Op.Conv2dWeightGrad || node.op() instanceof Op.Conv2dInputGrad)
        .count();
  }

  @Test
  void ratesMultiplyTheLearningRate() throws IOException {
    String[] plain = {"momentum", "0", "steps", "1"};
    Map<String, Tensor> usual = trained("usual", plain);
    String[] faster = {"momentum", "0", "steps", "1", "rates", "fc:10,stem:0.5"};
    Map<String, Tensor> fast = trained("fast", faster);
    assertEquals(10, moved(fast, "fc.bias") / moved(usual, "fc.bias"), 1e-3);
    assertEquals(0.5, moved(fast, "conv1.weight") / moved(usual, "conv1.weight"), 1e-3);
    String name = "layer3.1.conv2.weight";
    assertEquals(1, moved(fast, name) / moved(usual, name), 1e-5);
  }

  private static double moved(Map<String, Tensor> after, String name) {
    float[] before = initial().get(name).floats();
    float[] now = after.get(name).floats();
    double squares = 0;
    for (int i = 0; i < now.length; i++) {
      squares += Math.pow((double) now[i] - before[i], 2);
    }
    return Math.sqrt(squares);
  }

  @Test
  void saysWhatCannotBeChosen() {
    assertSaid("unknown layer or parameter \"stm\"; did you mean \"stem\"?", "freeze", "stm");
    assertSaid("leaves nothing to learn", "freeze", "*");
    assertSaid("unknown layer or parameter \"head\"", "rates", "head:2");
    for (String rates : List.of("fc", "fc:0", "fc:-1", "fc:x", ":2")) {
      var e = assertThrows(IllegalArgumentException.class, () -> job("rates", rates));
      assertTrue(e.getMessage().startsWith("rates must be layers"), e.getMessage());
    }
  }

  private static void assertSaid(String part, String key, String value) {
    TrainJob job = job(key, value);
    var e = assertThrows(IllegalArgumentException.class, () -> TrainingStep.of(job));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }

  @Test
  void patternsChooseByPathAndByName() {
    Parameters parameters = MODEL.parameters();
    assertEquals(Set.of("fc.weight", "fc.bias"), Selection.names(parameters, "fc"));
    assertEquals(Set.of("fc.bias"), Selection.names(parameters, "fc.bias"));
    assertEquals(Selection.names(parameters, "sections.1"), Selection.names(parameters, "layer2"));
    assertEquals(
        Set.of("conv1.weight", "bn1.weight", "bn1.bias"), Selection.names(parameters, "stem"));
    assertTrue(Selection.names(parameters, "*.bn1").contains("layer3.2.bn1.bias"));
    assertFalse(Selection.names(parameters, "layer1").contains("layer1.0.bn1.running_mean"));
  }
}
