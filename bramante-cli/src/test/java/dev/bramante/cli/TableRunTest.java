package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A perceptron that learns a table, and other tables for it. */
class TableRunTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void train() throws IOException {
    String rows =
        IntStream.range(0, 90)
            .mapToObj(i -> i % 9 + "," + (i * 7) % 5 + "," + (i % 9 < 4 ? "low" : "high"))
            .collect(Collectors.joining("\n", "a,b,size\n", "\n"));
    Path table = Files.writeString(folder.resolve("table.csv"), rows);
    Outcome trained =
        Outcome.of(
            "train",
            "mlp",
            "--data",
            table.toString(),
            "--out",
            run(),
            "--epochs",
            "20",
            "--set",
            "batch=8");
    assertEquals(0, trained.status(), trained.err());
  }

  private static String run() {
    return folder.resolve("run").toString();
  }

  private static Outcome eval(String rows) throws IOException {
    Path table = Files.writeString(folder.resolve("other.csv"), "a,b,size\n" + rows);
    return Outcome.of("eval", run(), "--data", table.toString(), "--json");
  }

  @Test
  void isMeasuredOnATableThatLacksAClass() throws IOException {
    Outcome outcome = eval("8,1,high\n7,2,high\n6,0,high\n");
    assertEquals(0, outcome.status(), outcome.err());
    var answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertEquals(3, answer.get("count").getAsInt());
    assertEquals(1, answer.get("accuracy").getAsDouble());
    assertEquals(2, answer.getAsJsonArray("classes").size());
  }

  private static Outcome predict(String rows, String... options) throws IOException {
    Path table = Files.writeString(folder.resolve("unknown.csv"), rows);
    return Outcome.of(
        Stream.concat(Stream.of("predict", run(), table.toString()), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void predictsTheRowsOfATable() throws IOException {
    Outcome outcome = predict("a,b\n8,1\n0,2\n", "--top", "1");
    assertEquals(0, outcome.status(), outcome.err());
    List<String> lines = outcome.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.get(0).contains("unknown.csv[0]: high "), outcome.out());
    assertTrue(lines.get(1).contains("unknown.csv[1]: low "), outcome.out());
    assertEquals(outcome.out(), predict("a,b,size\n8,1,?\n0,2,\n", "--top", "1").out());
  }

  @Test
  void refusesATableOfOtherColumns() throws IOException {
    Outcome outcome = predict("a\n8\n");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.err().contains("line 1: there are 1 columns, the network reads 2"), outcome.err());
    outcome = predict("a,b\n8,x\n");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("line 2: column \"b\": \"x\" is not a"), outcome.err());
  }

  @Test
  void refusesALabelThatIsNoClass() throws IOException {
    Outcome outcome = eval("8,1,high\n7,2,huge\n");
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    assertEquals(1, outcome.err().lines().count());
    assertTrue(outcome.err().contains("other.csv: line 3: "), outcome.err());
    assertTrue(outcome.err().contains("huge"), outcome.err());
  }

  @Test
  void namesTheFileWhoseStringsDontFit() throws IOException {
    Path best = folder.resolve("run").resolve("best.safetensors");
    Map<String, String> strings;
    try (var file = SafeTensors.open(best)) {
      strings = new LinkedHashMap<>(file.metadata());
    }
    Path damaged = folder.resolve("damaged.safetensors");
    for (var change :
        Map.of(
                "data.classes", "low",
                "data.mean", "x",
                "data.shape", "2,x",
                "data.validation", "x",
                "model", "mpl",
                "train.epochs", "x")
            .entrySet()) {
      var changed = new LinkedHashMap<>(strings);
      changed.put(change.getKey(), change.getValue());
      SafeTensors.write(damaged, SafeTensors.readAll(best), changed);
      Outcome outcome = Outcome.of("eval", damaged.toString());
      assertEquals(1, outcome.status(), change.toString());
      assertEquals(1, outcome.err().lines().count(), outcome.err());
      assertTrue(outcome.err().contains("damaged.safetensors: "), outcome.err());
    }
  }
}
