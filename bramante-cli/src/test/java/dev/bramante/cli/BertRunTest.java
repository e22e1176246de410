package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small BERT that learns to fill in words, and then the classes of texts. */
class BertRunTest {
  private static final String TEXT =
      "the warm sun shines brightly on the green hills. cold rain falls on the grey town. ";

  @TempDir private static Path folder;

  private static Outcome train(String data, String out, String... more) {
    var words =
        Stream.concat(
            Stream.of(
                "train",
                "bert",
                "--data",
                data,
                "--out",
                out,
                "--set",
                "length=16",
                "--set",
                "batch=8",
                "--set",
                "warmup=5",
                "--set",
                "learning-rate=0.003",
                "--set",
                "dropout=0"),
            Stream.of(more));
    return Outcome.of(words.toArray(String[]::new));
  }

  @BeforeAll
  static void fillIn() throws IOException {
    Path text = Files.writeString(folder.resolve("weather.txt"), TEXT.repeat(400));
    Outcome trained =
        train(
            text.toString(),
            run(),
            "--epochs",
            "3",
            "--set",
            "vocab=300",
            "--set",
            "width=32",
            "--set",
            "layers=1",
            "--set",
            "heads=2",
            "--set",
            "mlp=64",
            "--set",
            "positions=16");
    assertEquals(0, trained.status(), trained.err());
  }

  private static String run() {
    return folder.resolve("run").toString();
  }

  @Test
  void isMeasuredByTheWordsThatItFillsIn() {
    Outcome outcome = Outcome.of("eval", run(), "--json");
    assertEquals(0, outcome.status(), outcome.err());
    var answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
    // Of 300 tokens, one who knows their frequencies alone has a perplexity of about 30.
    assertTrue(answer.get("perplexity").getAsDouble() < 25, outcome.out());
  }

  @Test
  void learnsClassesFromItsWeights() throws IOException {
    String rows =
        IntStream.range(0, 120)
            .mapToObj(i ->
                i % 2 == 0
                    ? "\"the warm sun shines, %d times\",fine".formatted(i)
                    : "cold rain falls %d times on the town,wet".formatted(i))
            .collect(Collectors.joining("\n", "text,label\n", "\n"));
    Path table = Files.writeString(folder.resolve("table.csv"), rows);
    Path classes = folder.resolve("classes");
    Outcome trained = train(table.toString(), classes.toString(), "--weights", run());
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("in 2 classes"), trained.out());
    assertTrue(trained.out().contains("test     accuracy"), trained.out());
    var config =
        JsonParser.parseString(Files.readString(classes.resolve("config.json"))).getAsJsonObject();
    assertEquals("32", config.get("model.width").getAsString());
    assertEquals("classes", config.get("model.head").getAsString());
    assertEquals(
        Files.readString(Path.of(run()).resolve("tokenizer.json")),
        Files.readString(classes.resolve("tokenizer.json")));

    Outcome outcome = Outcome.of("eval", classes.toString(), "--json");
    assertEquals(0, outcome.status(), outcome.err());
    var answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertEquals(24, answer.get("count").getAsInt());
    assertTrue(answer.get("accuracy").getAsDouble() > 0.9, outcome.out());
  }

  @Test
  void learnsFromForeignWeightsAtTheirLengthAndASmallRate() throws IOException {
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    SmallBert.write(foreign, "BertModel", "mean");
    String rows = "good film,praise\nbad film,blame\n".repeat(20);
    Path table = Files.writeString(folder.resolve("reviews.csv"), "text,label\n" + rows);
    Path out = folder.resolve("reviews");
    Outcome trained =
        Outcome.of(
            "train",
            "bert",
            "--data",
            table.toString(),
            "--weights",
            foreign.toString(),
            "--epochs",
            "1",
            "--set",
            "batch=8",
            "--out",
            out.toString());
    assertEquals(0, trained.status(), trained.err());
    var config =
        JsonParser.parseString(Files.readString(out.resolve("config.json"))).getAsJsonObject();
    assertEquals("8", config.get("model.length").getAsString());
    assertEquals("0.00005", config.get("train.learning-rate").getAsString());
  }

  @Test
  void textsWithoutClassesAreNoTable() {
    Outcome outcome =
        Outcome.of("train", "bert", "--set", "head=classes", "--out", run() + "-none");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("a table .csv"), outcome.err());
  }
}
