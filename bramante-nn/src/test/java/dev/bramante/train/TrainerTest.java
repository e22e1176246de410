package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.Dataset;
import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.io.FileFormatException;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final List<String> CLASSES = List.of("low", "mid", "high");

  @TempDir private Path folder;

  /** Points on a plane whose class is the third of the range that their sum falls into. */
  private static Dataset points(int count, long key) {
    float[] inputs = new float[2 * count];
    int[] targets = new int[count];
    for (int i = 0; i < count; i++) {
      inputs[2 * i] = (float) SplitMix.uniform(key, 2L * i);
      inputs[2 * i + 1] = (float) SplitMix.uniform(key, 2L * i + 1);
      float sum = inputs[2 * i] + inputs[2 * i + 1];
      targets[i] = sum < 0.8 ? 0 : sum < 1.2 ? 1 : 2;
    }
    return Dataset.of(Shape.of(2), inputs, targets, CLASSES);
  }

  private static TrainJob job(String... settings) {
    Map<String, String> changes = new HashMap<>();
    changes.putAll(Map.of("batch", "20", "epochs", "3", "learning-rate", "0.02"));
    for (int i = 0; i < settings.length; i += 2) {
      changes.put(settings[i], settings[i + 1]);
    }
    Model model = Models.create("mlp", Map.of("layers", "2,16,3"));
    return new TrainJob(
        model.network(),
        new TrainSettings(TrainSettings.defaults().with(changes)),
        points(210, 1),
        points(70, 2),
        model.toMetadata());
  }

  private static Engine engine() {
    return new Engine(EngineOptions.defaults().withThreads(2));
  }

  private Path run(String name, TrainJob job) throws IOException {
    Path place = folder.resolve(name);
    Trainer.start(engine(), job, place, Listener.none()).run();
    return place;
  }

  /** Stops after some updates. */
  private static final class Stopper implements Listener {
    private final long after;
    private Trainer trainer;

    Stopper(long after) {
      this.after = after;
    }

    @Override
    public void step(long step, long steps, double loss, double learningRate) {
      if (step == after) {
        trainer.stop();
      }
    }

    @Override
    public void epoch(EpochReport report) {}
  }

  private static void assertSameWeights(Path a, Path b) throws IOException {
    assertEquals(Checkpoint.metadata(a), Checkpoint.metadata(b));
    assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
  }

  @Test
  void aNetworkLearnsAndItsFolderTells() throws IOException {
    var reports = new ArrayList<EpochReport>();
    var losses = new ArrayList<Double>();
    Listener listener =
        new Listener() {
          @Override
          public void step(long step, long steps, double loss, double learningRate) {
            assertEquals(losses.size() + 1, step);
            assertEquals(150, steps);
            losses.add(loss);
          }

          @Override
          public void epoch(EpochReport report) {
            reports.add(report);
          }
        };
    Path place = folder.resolve("run");
    var trainer = Trainer.start(engine(), job("epochs", "15"), place, listener);
    assertFalse(Files.exists(place));
    var result = trainer.run();
    assertEquals(150, result.steps());
    assertFalse(result.interrupted());
    assertTrue(result.bestValue() > 0.85, "accuracy " + result.bestValue());
    assertEquals(15, reports.size());
    assertEquals(150, losses.size());
    assertTrue(losses.getLast() < 0.5 * losses.getFirst());

    List<String> metrics = Files.readAllLines(place.resolve("metrics.csv"));
    assertEquals(
        "epoch,step,train_loss,train_accuracy,validation_loss,validation_accuracy,"
            + "validation_top5,learning_rate,seconds",
        metrics.getFirst());
    assertEquals(16, metrics.size());
    assertTrue(Files.readString(place.resolve("config.json")).contains("\"model\": \"mlp\""));
    assertTrue(Files.readString(place.resolve("log.txt")).contains("epoch 15"));

    // The best weights are good for themselves.
    Path best = place.resolve("best.safetensors");
    Map<String, String> strings = Checkpoint.metadata(best);
    Model model = Models.from(strings);
    DataFacts facts = DataFacts.fromMetadata(strings);
    assertEquals(CLASSES, facts.classes());
    var checkpoint = Checkpoint.read(best, model.parameters());
    var evaluator = Evaluator.of(engine(), model.network(), model.input(), checkpoint.best(), 32);
    var measures = evaluator.measure(points(70, 2), List.of(facts.normalization()));
    assertEquals(result.bestValue(), measures.top1());
    assertEquals(1, measures.top5());
    assertEquals(70, Arrays.stream(measures.confusion()).flatMapToInt(Arrays::stream).sum());
    assertEquals(15, TrainSettings.fromMetadata(strings).config().integer("epochs"));
    float[][] probabilities = evaluator.probabilities(new float[] {-5, -5, 5, 5}, 2);
    assertTrue(probabilities[0][0] > 0.9 && probabilities[1][2] > 0.9);
  }

  @Test
  void aStoppedRunEndsWithTheSameBits() throws IOException {
    String[] settings = {
      "average", "0.9", "accumulate", "2", "optimizer", "sgd", "schedule", "cosine", "clip", "1"
    };
    Path whole = run("whole", job(settings));
    Path parts = folder.resolve("parts");
    for (long after : new long[] {3, 5, 9}) {
      var stopper = new Stopper(after);
      var trainer =
          Files.exists(parts)
              ? Trainer.resume(engine(), job(settings), parts, stopper)
              : Trainer.start(engine(), job(settings), parts, stopper);
      stopper.trainer = trainer;
      assertTrue(trainer.run().interrupted());
      assertEquals(after, trainer.step());
    }
    var result = Trainer.resume(engine(), job(settings), parts, Listener.none()).run();
    assertFalse(result.interrupted());
    assertSameWeights(whole.resolve("last.safetensors"), parts.resolve("last.safetensors"));
    assertSameWeights(whole.resolve("best.safetensors"), parts.resolve("best.safetensors"));
    assertEquals(
        withoutSeconds(whole.resolve("metrics.csv")), withoutSeconds(parts.resolve("metrics.csv")));
  }

  @Test
  void aStopOutsideOfAStepIsSavedToo() throws IOException {
    Path place = folder.resolve("early");
    var trainer = Trainer.start(engine(), job(), place, Listener.none());
    trainer.stop();
    assertTrue(trainer.run().interrupted());
    assertEquals(0, trainer.step());
    Trainer.resume(engine(), job(), place, Listener.none()).run();
    assertSameWeights(
        run("whole", job()).resolve("last.safetensors"), place.resolve("last.safetensors"));
  }

  private static List<String> withoutSeconds(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(line -> line.substring(0, line.lastIndexOf(',')))
        .toList();
  }

  @Test
  void threadsMakeNoDifference() throws IOException {
    Path two = run("two", job());
    Path one = folder.resolve("one");
    var engine = new Engine(EngineOptions.defaults().withThreads(1));
    Trainer.start(engine, job(), one, Listener.none()).run();
    assertSameWeights(two.resolve("last.safetensors"), one.resolve("last.safetensors"));
  }

  @Test
  void aConvolutionalRunHasTheSameBitsHoweverItRuns() throws IOException {
    float[] pixels = new float[104 * 784];
    int[] targets = new int[104];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) SplitMix.uniform(9, i);
    }
    for (int i = 0; i < targets.length; i++) {
      targets[i] = i % 3;
    }
    Dataset images = Dataset.of(Shape.of(28, 28, 1), pixels, targets, CLASSES);
    Model model = Models.create("lenet", Map.of("classes", "3"));
    var changes = Map.of("batch", "21", "epochs", "2", "shift", "1", "flip", "true");
    var settings = new TrainSettings(TrainSettings.defaults().with(changes));
    var job = new TrainJob(model.network(), settings, images, images, model.toMetadata());

    Path whole = run("whole", job);
    Path parts = folder.resolve("parts");
    var single = new Engine(EngineOptions.defaults().withThreads(1));
    var stopper = new Stopper(2);
    stopper.trainer = Trainer.start(single, job, parts, stopper);
    assertTrue(stopper.trainer.run().interrupted());
    Trainer.resume(engine(), job, parts, Listener.none()).run();
    assertSameWeights(whole.resolve("last.safetensors"), parts.resolve("last.safetensors"));
  }

  @Test
  void patienceEndsARun() throws IOException {
    Path place = folder.resolve("patient");
    var job = job("epochs", "50", "patience", "2", "learning-rate", "1e-9");
    var trainer = Trainer.start(engine(), job, place, Listener.none());
    var result = trainer.run();
    assertEquals(1, result.bestEpoch());
    assertEquals(30, result.steps());
    assertFalse(result.interrupted());
    assertEquals(30, Trainer.resume(engine(), job, place, Listener.none()).run().steps());
  }

  @Test
  void aLossThatIsNoNumberStopsTheRun() throws IOException {
    Path place = folder.resolve("bad");
    var trainer =
        Trainer.start(
            engine(),
            job(
                "learning-rate",
                "90000",
                "optimizer",
                "sgd",
                "weight-decay",
                "1000",
                "save-every",
                "1"),
            place,
            Listener.none());
    var e = assertThrows(TrainingException.class, trainer::run);
    assertTrue(
        e.getMessage()
            .matches(
                "the loss is (NaN|Infinity) at step \\d+, with a learning rate of"
                    + " 90000.0; the last good checkpoint is .*last.safetensors; lower.*"),
        e.getMessage());
  }

  @Test
  void foldersAreChecked() throws IOException {
    Path place = run("run", job());
    var e =
        assertThrows(
            FileAlreadyExistsException.class,
            () -> Trainer.start(engine(), job(), place, Listener.none()));
    assertTrue(e.getMessage().contains("resume"), e.getMessage());
    assertThrows(
        NoSuchFileException.class,
        () -> Trainer.resume(engine(), job(), folder.resolve("none"), Listener.none()));
    assertThrows(
        FileFormatException.class,
        () -> Trainer.resume(engine(), job("optimizer", "sgd"), place, Listener.none()));
    Model other = Models.create("mlp", Map.of("layers", "2,17,3"));
    var f =
        assertThrows(
            FileFormatException.class,
            () -> Checkpoint.read(place.resolve("best.safetensors"), other.parameters()));
    assertTrue(f.getMessage().contains("0.weight"), f.getMessage());
  }

  @Test
  void otherDataAreRefused() {
    Model model = Models.create("mlp", Map.of("layers", "2,16,4"));
    var settings = new TrainSettings(TrainSettings.defaults());
    var job = new TrainJob(model.network(), settings, points(210, 1), points(70, 2), Map.of());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Trainer.start(engine(), job, folder.resolve("x"), Listener.none()));
    assertEquals("the network has 4 outputs, the data 3 classes", e.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> new TrainJob(model.network(), settings, points(10, 1), points(70, 2), Map.of()));
  }

  @Test
  void aPerceptronTakesImagesAsRows() throws IOException {
    Dataset flat = points(60, 1);
    float[] inputs = new float[120];
    int[] targets = new int[60];
    for (int i = 0; i < 60; i++) {
      flat.input(i, inputs, 2 * i);
      targets[i] = flat.target(i);
    }
    Dataset images = Dataset.of(Shape.of(1, 2, 1), inputs, targets, CLASSES);
    Model model = Models.create("mlp", Map.of("layers", "2,16,3"));
    var settings =
        new TrainSettings(TrainSettings.defaults().with(Map.of("batch", "20", "flip", "true")));
    var job =
        new TrainJob(
            model.network(),
            settings,
            new SampleTask(model.input(), settings, images, images),
            Map.of());
    var trainer = Trainer.start(engine(), job, folder.resolve("rows"), Listener.none());
    assertEquals(30, trainer.run().steps());
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new SampleTask(Shape.of(3), settings, images, images));
    assertEquals("the network takes [3], the data are [1, 2, 1]", e.getMessage());
  }

  @Test
  void settingsAreChecked() {
    for (String[] bad :
        new String[][] {
          {"batch", "0", "batch must be at least 1, not 0"},
          {"learning-rate", "-1", "learning-rate must be a positive number, not -1"},
          {"learning-rate", "NaN", "learning-rate must be a positive number, not NaN"},
          {"optimizer", "adamx", "unknown optimizer \"adamx\"; did you mean \"adam\"?"},
          {"schedule", "one-cicle", "unknown schedule \"one-cicle\"; did you mean \"one-cycle\"?"},
          {"flip", "yes", "flip must be true or false, not \"yes\""},
          {"leaning-rate", "1", "unknown key \"leaning-rate\"; did you mean \"learning-rate\"?"},
        }) {
      var e =
          assertThrows(
              IllegalArgumentException.class,
              () -> new TrainSettings(TrainSettings.defaults().with(bad[0], bad[1])));
      assertEquals(bad[2], e.getMessage());
    }
  }
}
