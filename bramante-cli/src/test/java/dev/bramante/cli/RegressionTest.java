package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that a perceptron learns to predict from a table, and losses of numbers for classes. */
class RegressionTest {
  @TempDir private Path folder;

  /** Prices far from 0, and shares between 0 and 1, of two numbers. */
  private Path table() throws IOException {
    String rows =
        IntStream.range(0, 400)
            .mapToObj(i -> {
              double a = i % 20 / 10.0 - 1;
              double b = i / 20 / 10.0 - 1;
              return String.format(
                  Locale.ROOT,
                  "%.2f,%.2f,%.3f,%.1f",
                  a,
                  b,
                  1 / (1 + Math.exp(-3 * a)),
                  50_000 + 9_000 * a * a - 4_000 * b);
            })
            .collect(Collectors.joining("\n", "a,b,share,price\n", "\n"));
    return Files.writeString(folder.resolve("table.csv"), rows);
  }

  private Outcome train(Path table, String... settings) {
    var words =
        new ArrayList<>(
            List.of("train", "mlp", "--epochs", "40", "--data", table.toString(), "--out", run()));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    return Outcome.of(words.toArray(String[]::new));
  }

  private String run() {
    return folder.resolve("run").toString();
  }

  private JsonObject eval(String... more) {
    var words = new ArrayList<>(List.of("eval", run(), "--json"));
    words.addAll(List.of(more));
    Outcome outcome = Outcome.of(words.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    return JsonParser.parseString(outcome.out()).getAsJsonObject();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mse", "l1", "huber"})
  void predictsNumbersInTheirUnits(String loss) throws IOException {
    Outcome outcome = train(table(), "loss=" + loss, "targets=1", "batch=16");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains("test     R² 0.9"), outcome.out());
    JsonObject answer = eval();
    assertEquals("[\"price\"]", answer.get("targets").toString());
    assertEquals(80, answer.get("count").getAsInt());
    assertTrue(answer.get("r2").getAsDouble() > 0.97, answer.toString());
    assertTrue(answer.get("mae").getAsDouble() < 700, answer.toString());
    assertTrue(answer.get("mae").getAsDouble() > 1, answer.toString());
    Path metrics = folder.resolve("run").resolve("metrics.csv");
    assertTrue(
        Files.readAllLines(metrics)
            .getFirst()
            .contains("validation_mse,validation_mae,validation_r2"));
    assertTrue(Files.exists(folder.resolve("run").resolve("curves.svg")));
    assertTrue(Files.notExists(folder.resolve("run").resolve("confusion.svg")));
    assertTrue(Outcome.of("eval", run()).out().contains("R²"));
  }

  @Test
  void predictsSeveralNumbersAtOnce() throws IOException {
    assertEquals(0, train(table(), "loss=mse", "targets=2", "batch=16").status());
    Path other = Files.copy(folder.resolve("table.csv"), folder.resolve("other.csv"));
    JsonObject answer = eval("--data", other.toString());
    assertEquals("[\"share\",\"price\"]", answer.get("targets").toString());
    assertEquals(400, answer.get("count").getAsInt());

    Path rows = Files.writeString(folder.resolve("rows.csv"), "a,b\n0,0\n1,-1\n");
    Outcome predicted = Outcome.of("predict", run(), rows.toString(), "--json");
    assertEquals(0, predicted.status(), predicted.err());
    var second = JsonParser.parseString(predicted.out()).getAsJsonArray().get(1).getAsJsonObject();
    assertEquals(rows + "[1]", second.get("row").getAsString());
    var price = second.getAsJsonArray("values").get(1).getAsJsonObject();
    assertEquals("price", price.get("name").getAsString());
    assertEquals(63_000, price.get("value").getAsDouble(), 2_000);
  }

  @Test
  void predictsSharesByTheirCrossEntropy() throws IOException {
    Path shares = folder.resolve("shares.csv");
    List<String> lines =
        Files.readAllLines(table()).stream()
            .map(line -> line.substring(0, line.lastIndexOf(',')))
            .toList();
    Files.write(shares, lines);
    Outcome outcome = train(shares, "loss=bce", "targets=1", "batch=16");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(eval().get("r2").getAsDouble() > 0.97, outcome.out());
  }

  @Test
  void resumes() throws IOException {
    Path table = table();
    Outcome first =
        Outcome.of(
            "train",
            "mlp",
            "--data",
            table.toString(),
            "--out",
            run(),
            "--steps",
            "30",
            "--set",
            "loss=mse",
            "--set",
            "targets=1",
            "--set",
            "batch=16",
            "--stop-at",
            "11");
    assertEquals(0, first.status(), first.err());
    Outcome resumed = Outcome.of("train", "--resume", run());
    assertEquals(0, resumed.status(), resumed.err());
    assertTrue(resumed.out().contains("test     R²"), resumed.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mse", "l1", "huber", "bce"})
  void learnsClassesAsNumbersToo(String loss) throws IOException {
    Path classes = folder.resolve("classes.csv");
    Files.write(
        classes,
        Files.readAllLines(table()).stream()
            .map(line -> {
              String[] cells = line.split(",");
              return cells[0] + "," + cells[1] + "," + (cells[0].startsWith("-") ? "low" : "high");
            })
            .toList());
    Outcome outcome = train(classes, "loss=" + loss, "batch=16");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(eval().get("accuracy").getAsDouble() > 0.9, outcome.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "targets=1           | set loss to mse, l1, huber or bce",
        "targets=4,loss=mse  | line 1: 4 of 4 columns cannot be targets",
        "targets=-1,loss=mse | targets must be at least 0",
        "targets=1,loss=bce  | predicts numbers from 0 to 1, a target is",
        "loss=mae            | loss",
      })
  void refusesWhatDoesNotFit(String settings, String complaint) throws IOException {
    Outcome outcome = train(table(), settings.split(","));
    assertEquals(1, outcome.status(), outcome.out());
    assertTrue(outcome.err().contains(complaint), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(Files.notExists(Path.of(run())));
  }
}
