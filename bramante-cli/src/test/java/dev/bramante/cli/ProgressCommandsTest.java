package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All long commands say how far they are, the same way. */
class ProgressCommandsTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Outcome trained = of("train lenet --out FOLDER/run --steps 4 --progress");
    assertEquals(0, trained.status(), trained.err());
    assertShown(trained, "train");
    assertFalse(trained.out().contains("\r"));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Models.create("mlp", Map.of())
        .parameters()
        .byName()
        .forEach((name, p) ->
            weights.put(name, Tensor.of(p.storedShape(), new float[p.storedShape().size()])));
    SafeTensors.write(folder.resolve("w"), weights, Map.of());
    SafeTensors.write(
        folder.resolve("x"), Map.of("x", Tensor.of(Shape.of(2, 50), new float[100])), Map.of());
    byte[] images = new byte[16 + 2 * 28 * 28];
    images[2] = 8;
    images[3] = 3;
    images[7] = 2;
    images[11] = 28;
    images[15] = 28;
    Files.write(folder.resolve("images"), images);
  }

  private static Outcome of(String line) {
    return Outcome.of(
        Stream.of(line.split(" +"))
            .map(w -> w.replace("FOLDER", folder.toString()))
            .toArray(String[]::new));
  }

  private static void assertShown(Outcome outcome, String task) {
    assertTrue(outcome.err().contains("\r" + task), outcome.err());
    assertTrue(outcome.err().endsWith("\r\033[K"), outcome.err());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "eval FOLDER/run                                             | eval",
        "predict FOLDER/run FOLDER/images                            | predict",
        "bench matmul-3x5x7 --seconds 0.01                           | matmul-3x5x7",
        "summary lenet                                               | planning",
        "run mlp --weights FOLDER/w --input FOLDER/x --output FOLDER/y | run",
      })
  void showProgressOnDemandAndNothingOtherwise(String line, String task) {
    Outcome asked = of(line + " --progress");
    assertEquals(0, asked.status(), asked.err());
    assertShown(asked, task);
    assertFalse(asked.out().contains("\r"), asked.out());
    assertEquals("", of(line).err());
    assertEquals("", of(line + " --no-progress").err());
  }

  @Test
  void doctorMeasures() {
    assertShown(of("doctor --progress"), "measuring");
    assertEquals("", of("doctor").err());
  }

  @Test
  void keepsAnswersForProgramsClean() {
    Outcome outcome = of("eval FOLDER/run --json --progress");
    assertShown(outcome, "eval");
    assertEquals(
        1000, JsonParser.parseString(outcome.out()).getAsJsonObject().get("count").getAsInt());
  }

  @Test
  void takesTheLineAwayBeforeAnError() {
    Outcome outcome = of("eval FOLDER/nowhere --progress");
    assertEquals(1, outcome.status());
    String[] parts = outcome.err().split("\r\033\\[K", -1);
    assertTrue(parts[parts.length - 1].startsWith("bramante: "), outcome.err());
  }
}
