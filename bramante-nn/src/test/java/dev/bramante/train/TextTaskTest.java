package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.text.TokenBatch;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTaskTest {
  private static final int ROWS = 4;
  private static final int WORDS = 7;

  @TempDir private Path folder;

  /**
   * Sequences that count upwards modulo the number of words, in two lengths; one target of each row
   * is ignored.
   */
  private record Counting(int count, long seed) implements TokenBatches {
    @Override
    public List<List<Shape>> shapes() {
      return List.of(List.of(Shape.of(ROWS, 5)), List.of(Shape.of(ROWS, 8)));
    }

    @Override
    public void fill(long epoch, int index, TokenBatch batch) {
      batch.shape(index % 2);
      int length = batch.targets().length / ROWS;
      for (int row = 0; row < ROWS; row++) {
        int start = (int) (SplitMix.uniform(seed, epoch * 1000 + index * ROWS + row) * WORDS);
        for (int t = 0; t < length; t++) {
          batch.input(0)[row * length + t] = (start + t) % WORDS;
          batch.targets()[row * length + t] = t == 2 ? TokenBatch.IGNORED : (start + t + 1) % WORDS;
        }
      }
    }

    @Override
    public long characters() {
      return 100;
    }
  }

  /** Texts of one word repeated; the class is whether it is beyond 3. */
  private record Words(int count) implements TokenBatches {
    @Override
    public List<List<Shape>> shapes() {
      return List.of(List.of(Shape.of(ROWS, 3)));
    }

    @Override
    public List<Shape> targets() {
      return List.of(Shape.of(ROWS));
    }

    @Override
    public void fill(long epoch, int index, TokenBatch batch) {
      batch.shape(0);
      for (int row = 0; row < ROWS; row++) {
        int word = (index + row) % WORDS;
        Arrays.fill(batch.input(0), row * 3, row * 3 + 3, word);
        batch.targets()[row] = index == 1 && row == 3 ? TokenBatch.IGNORED : word > 3 ? 1 : 0;
      }
    }
  }

  private static TrainJob gpt(String... settings) {
    Map<String, String> sizes =
        Map.of(
            "vocab",
            "7",
            "positions",
            "8",
            "length",
            "8",
            "width",
            "16",
            "layers",
            "1",
            "heads",
            "2",
            "dropout",
            "0.1");
    return job("gpt", sizes, new Counting(6, 1), new Counting(3, 2), settings);
  }

  private static TrainJob job(
      String name,
      Map<String, String> sizes,
      TokenBatches training,
      TokenBatches validation,
      String... settings) {
    Map<String, String> changes = new HashMap<>();
    changes.putAll(Map.of("batch", "4", "epochs", "10", "learning-rate", "0.01"));
    for (int i = 0; i < settings.length; i += 2) {
      changes.put(settings[i], settings[i + 1]);
    }
    Model model = Models.create(name, sizes);
    return new TrainJob(
        model.network(),
        new TrainSettings(TrainSettings.defaults().with(changes)),
        new TextTask(training, validation, Map.of("data.kind", "counting"), Optional.empty()),
        model.toMetadata());
  }

  private static Engine engine() {
    return new Engine(EngineOptions.defaults().withThreads(2));
  }

  @Test
  void batchesOfSeveralShapesAreLearnt() throws IOException {
    var scores = new ArrayList<TokenScore>();
    var trainAccuracies = new ArrayList<Double>();
    Listener listener =
        new Listener() {
          @Override
          public void step(long step, long steps, double loss, double learningRate) {
            assertEquals(60, steps);
          }

          @Override
          public void epoch(EpochReport report) {
            scores.add(assertInstanceOf(TokenScore.class, report.validation()));
            trainAccuracies.add(report.trainAccuracy());
          }
        };
    Path place = folder.resolve("run");
    var result = Trainer.start(engine(), gpt(), place, listener).run();
    TokenScore last = scores.getLast();
    assertEquals(10, scores.size());
    // Three batches of lengths 5, 8 and 5, less one target a row.
    assertEquals(ROWS * (4 + 7 + 4), last.count());
    assertTrue(last.accuracy() > 0.9, last.toString());
    assertTrue(last.loss() < 0.5 * scores.getFirst().loss(), scores.toString());
    assertEquals(Math.exp(last.loss()), last.perplexity());
    assertEquals(last.loss() * 60 / Math.log(2) / 100, last.bitsPerCharacter());
    assertTrue(trainAccuracies.getLast() > trainAccuracies.getFirst());
    assertTrue(trainAccuracies.getLast() <= 1);
    double best = scores.stream().mapToDouble(TokenScore::loss).min().orElseThrow();
    assertEquals(-best, result.bestValue());
    var strings = Checkpoint.metadata(place.resolve("best.safetensors"));
    assertEquals("counting", strings.get("data.kind"));
    assertTrue(
        Files.readString(place.resolve("metrics.csv"))
            .startsWith(
                "epoch,step,train_loss,train_accuracy,validation_loss,validation_perplexity,"
                    + "validation_accuracy,validation_bits_per_character,"));
  }

  @Test
  void aResumedRunHasTheSameBits() throws IOException {
    TrainJob job = gpt("accumulate", "2", "average", "0.9");
    Path whole = folder.resolve("whole");
    Trainer.start(engine(), job, whole, Listener.none()).run();
    Path parts = folder.resolve("parts");
    var stopper =
        new Listener() {
          private Trainer trainer;

          @Override
          public void step(long step, long steps, double loss, double learningRate) {
            if (step == 4) {
              trainer.stop();
            }
          }

          @Override
          public void epoch(EpochReport report) {}
        };
    stopper.trainer = Trainer.start(engine(), job, parts, stopper);
    assertTrue(stopper.trainer.run().interrupted());
    Trainer.resume(engine(), job, parts, Listener.none()).run();
    for (String file : List.of("last.safetensors", "best.safetensors")) {
      assertEquals(
          Checkpoint.metadata(whole.resolve(file)), Checkpoint.metadata(parts.resolve(file)));
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(parts.resolve(file)), file);
    }
  }

  @Test
  void classesOfTextsAreLearnt() throws IOException {
    Map<String, String> sizes =
        Map.of(
            "vocab",
            "7",
            "positions",
            "8",
            "length",
            "3",
            "width",
            "16",
            "layers",
            "1",
            "heads",
            "2",
            "mlp",
            "16",
            "classes",
            "2");
    var scores = new ArrayList<Score>();
    Listener listener =
        new Listener() {
          @Override
          public void step(long step, long steps, double loss, double learningRate) {}

          @Override
          public void epoch(EpochReport report) {
            scores.add(report.validation());
          }
        };
    TrainJob job = job("bert", sizes, new Words(5), new Words(2));
    Trainer.start(engine(), job, folder.resolve("run"), listener).run();
    var measures = assertInstanceOf(Measures.class, scores.getLast());
    assertEquals(7, measures.count()); // one of eight is ignored
    assertEquals(1, measures.top1());
  }

  @Test
  void noBatchIsRefused() {
    var empty = new Counting(0, 1);
    var some = new Counting(1, 1);
    var complaint =
        assertThrows(
            IllegalArgumentException.class,
            () -> new TextTask(empty, some, Map.of(), Optional.empty()));
    assertTrue(complaint.getMessage().contains("training text doesn't fill a batch"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TextTask(some, empty, Map.of(), Optional.empty()));
  }
}
