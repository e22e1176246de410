package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.io.SafeTensors;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From data to an answer: one small run, and what can be done with it. */
class RunTest {
  private static final String STEPS = "150";

  @TempDir private static Path folder;

  @BeforeAll
  static void train() {
    Outcome trained = train("straight", "--steps", STEPS);
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("test     accuracy"), trained.out());
  }

  private static Outcome train(String name, String... options) {
    String[] args = {"train", "lenet", "--seed", "7", "--out", folder.resolve(name).toString()};
    String[] all = new String[args.length + options.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(options, 0, all, args.length, options.length);
    return Outcome.of(all);
  }

  private static String straight() {
    return folder.resolve("straight").toString();
  }

  @Test
  void leavesACompleteFolder() throws IOException {
    for (String name :
        new String[] {
          "config.json",
          "metrics.csv",
          "best.safetensors",
          "last.safetensors",
          "log.txt",
          "curves.svg",
          "confusion.svg"
        }) {
      assertTrue(Files.size(folder.resolve("straight").resolve(name)) > 0, name);
    }
  }

  @Test
  void notesTheAccuracyInTrainingToo() throws IOException {
    var lines = Files.readAllLines(folder.resolve("straight").resolve("metrics.csv"));
    int column = List.of(lines.getFirst().split(",")).indexOf("train_accuracy");
    double last = Double.parseDouble(lines.getLast().split(",")[column]);
    assertTrue(last > 0.6 && last < 1, lines.getLast());
  }

  @Test
  void learns() {
    var answer =
        JsonParser.parseString(Outcome.of("eval", straight(), "--json").out()).getAsJsonObject();
    assertEquals(1000, answer.get("count").getAsInt());
    assertTrue(answer.get("accuracy").getAsDouble() > 0.7, answer.toString());
  }

  @Test
  void endsInTheSameBitsWhenStoppedAndResumedOnOneThread() throws IOException {
    Outcome stopped = train("halves", "--steps", STEPS, "--stop-at", "85");
    assertEquals(0, stopped.status(), stopped.err());
    assertTrue(stopped.out().contains("interrupted at step 85 of 150"), stopped.out());
    String place = folder.resolve("halves").toString();
    Outcome resumed = Outcome.of("train", "lenet", "--resume", place, "--threads", "1");
    assertEquals(0, resumed.status(), resumed.err());
    for (String file : new String[] {"last.safetensors", "best.safetensors"}) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("straight").resolve(file)),
          Files.readAllBytes(folder.resolve("halves").resolve(file)),
          file);
    }
  }

  @Test
  void refusesToResumeAnotherRecipe() {
    Outcome outcome = Outcome.of("train", "mlp", "--resume", straight());
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("is a run of lenet with seed 7"), outcome.err());
  }

  @Test
  void refusesAFolderThatExists() {
    Outcome outcome = train("straight");
    assertEquals(1, outcome.status());
    assertEquals(
        "bramante: "
            + straight()
            + ": the folder exists; resume the run in it, or choose another"
            + System.lineSeparator(),
        outcome.err());
  }

  @Test
  void classifiesPicturesOfAnySize() throws IOException {
    var image = new BufferedImage(90, 61, BufferedImage.TYPE_INT_RGB);
    var graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(30, 5, 12, 50); // two legs
    graphics.fillRect(48, 5, 12, 50);
    graphics.fillRect(30, 5, 30, 10);
    Path file = folder.resolve("trousers.png");
    ImageIO.write(image, "png", file.toFile());
    Outcome outcome = Outcome.of("predict", straight(), file.toString(), "--top", "1");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith(file + ": Trouser "), outcome.out());

    Outcome json = Outcome.of("predict", straight(), file.toString(), "--json", "--top", "10");
    var classes =
        JsonParser.parseString(json.out())
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("classes");
    double sum = 0;
    for (var guess : classes) {
      sum += guess.getAsJsonObject().get("probability").getAsDouble();
    }
    assertEquals(10, classes.size());
    assertEquals(1, sum, 1e-5);
  }

  @Test
  void classifiesTheImagesOfAnIdxFile() throws IOException {
    byte[] content = new byte[16 + 2 * 28 * 28];
    content[2] = 8;
    content[3] = 3;
    content[7] = 2;
    content[11] = 28;
    content[15] = 28;
    Path file = Files.write(folder.resolve("two-idx3-ubyte"), content);
    Outcome outcome = Outcome.of("predict", straight(), file.toString());
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals(2, outcome.out().lines().count());
    assertTrue(outcome.out().contains(file + "[1]: "), outcome.out());

    content[11] = 14;
    content[7] = 4;
    Files.write(file, content);
    Outcome refused = Outcome.of("predict", straight(), file.toString());
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("has the shape [4, 14, 28], not images of"), refused.err());
  }

  @Test
  void runsTheNetworkOnTensors() throws IOException {
    Path weights = folder.resolve("weights.safetensors");
    Path x = folder.resolve("x.safetensors");
    Path y = folder.resolve("y.safetensors");
    SafeTensors.write(weights, bestWeights(), Map.of());
    SafeTensors.write(
        x, Map.of("images", Tensor.of(Shape.of(3, 28, 28, 1), new float[3 * 784])), Map.of());
    String[] run = {
      "run",
      "lenet",
      "--weights",
      weights.toString(),
      "--input",
      x.toString(),
      "--output",
      y.toString()
    };
    assertEquals(0, Outcome.of(run).status());
    assertEquals(Shape.of(3, 10), SafeTensors.readAll(y).get("output").shape());

    SafeTensors.write(
        x, Map.of("images", Tensor.of(Shape.of(3, 1, 28, 28), new float[3 * 784])), Map.of());
    Outcome refused = Outcome.of(run);
    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("[N, height, width, channels]"), refused.err());
  }

  @Test
  void refusesWeightsOfAnotherNetwork() {
    String best = folder.resolve("straight").resolve("best.safetensors").toString();
    Outcome outcome =
        Outcome.of("run", "mlp", "--weights", best, "--input", "none", "--output", "none");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.err().contains("the weights of lenet with 10 classes, not of mlp"), outcome.err());
    assertFalse(Files.exists(Path.of("none")));
  }

  private static Map<String, Tensor> bestWeights() throws IOException {
    return new LinkedHashMap<>(
        SafeTensors.readAll(folder.resolve("straight").resolve("best.safetensors")));
  }
}
