package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small GPT that learns a text of its user, and what can be done with it then. */
class TextRunTest {
  private static final String TEXT = "one two three four five six seven eight nine ten. ";

  @TempDir private static Path folder;

  private static Outcome train(String out, String... more) {
    List<String> words = new ArrayList<>(List.of("train", "gpt", "--data", text(), "--out", out));
    for (String setting :
        List.of(
            "tokenizer=characters",
            "length=32",
            "width=32",
            "layers=1",
            "heads=2",
            "dropout=0",
            "batch=8",
            "learning-rate=0.01",
            "warmup=5")) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of(more));
    return Outcome.of(words.toArray(String[]::new));
  }

  private static String text() {
    return folder.resolve("counting.txt").toString();
  }

  private static String run() {
    return folder.resolve("run").toString();
  }

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(Path.of(text()), TEXT.repeat(300));
    Outcome trained = train(run(), "--epochs", "4");
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("perplexity"), trained.out());
    assertTrue(trained.out().contains("chosen   loss"), trained.out());
  }

  @Test
  void keepsItsTokenizerAndItsMetrics() throws IOException {
    Path place = folder.resolve("run");
    assertTrue(Files.readString(place.resolve("tokenizer.json")).contains("\"BPE\""));
    assertTrue(
        Files.readString(place.resolve("metrics.csv")).contains("validation_bits_per_character"));
    assertTrue(Files.size(place.resolve("curves.svg")) > 0);
  }

  @Test
  void continuesATextThatItKnows() {
    var words =
        Stream.of(
            "generate",
            "--model",
            run(),
            "--prompt",
            "one two thr",
            "--max-tokens",
            "12",
            "--json");
    Outcome outcome = Outcome.of(words.toArray(String[]::new));
    assertEquals(0, outcome.status(), outcome.err());
    var answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertEquals("ee four five", answer.get("text").getAsString());
  }

  @Test
  void isMeasuredOnTheTextThatItWasChosenByAndOnOthers() throws IOException {
    Outcome own = Outcome.of("eval", run(), "--json");
    assertEquals(0, own.status(), own.err());
    var answer = JsonParser.parseString(own.out()).getAsJsonObject();
    assertTrue(answer.get("perplexity").getAsDouble() < 1.5, own.out());
    double loss = answer.get("loss").getAsDouble();
    assertEquals(Math.exp(loss), answer.get("perplexity").getAsDouble(), 1e-9);
    // A character is a token, so that bits are nats in other units.
    assertEquals(loss / Math.log(2), answer.get("bitsPerCharacter").getAsDouble(), 1e-6);

    Path other = Files.writeString(folder.resolve("other.txt"), "nine five one ten. two six");
    Outcome outcome = Outcome.of("eval", run(), "--data", other.toString(), "--json");
    assertEquals(0, outcome.status(), outcome.err());
    var worse = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertEquals(25, worse.get("tokens").getAsInt());
    assertTrue(worse.get("loss").getAsDouble() > loss);
  }

  @Test
  void stopsAndGoesOnWithTheSameBits() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    assertEquals(0, train(whole.toString(), "--steps", "30").status());
    assertEquals(0, train(parts.toString(), "--steps", "30", "--stop-at", "11").status());
    Outcome rest = Outcome.of("train", "--resume", parts.toString());
    assertEquals(0, rest.status(), rest.err());
    for (String file : List.of("best.safetensors", "tokenizer.json")) {
      assertArrayEquals(
          Files.readAllBytes(whole.resolve(file)), Files.readAllBytes(parts.resolve(file)), file);
    }
  }

  @Test
  void aTextThatIsTooShortIsRefused() throws IOException {
    Path small = Files.writeString(folder.resolve("small.txt"), "too short");
    Outcome outcome =
        Outcome.of("train", "gpt", "--data", small.toString(), "--out", run() + "-none");
    assertEquals(1, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().contains("a batch of 16 times 128 needs 2,049"), outcome.err());
    assertTrue(Files.notExists(Path.of(run() + "-none")));
  }

  @Test
  void aNetworkOfPicturesDoesntContinueTexts() {
    Outcome outcome =
        Outcome.of("generate", "--model", folder.resolve("none").toString(), "--prompt", "x");
    assertEquals(1, outcome.status());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
  }
}
