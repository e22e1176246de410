package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small Transformer that learns to count in another language, and what it can do then. */
class PairRunTest {
  private static final List<String> ENGLISH = List.of("one", "two", "three", "four", "five", "six");
  private static final List<String> SPANISH =
      List.of("uno", "dos", "tres", "cuatro", "cinco", "seis");

  @TempDir private static Path folder;

  private static String place(String name) {
    return folder.resolve(name).toString();
  }

  private static String pairs(int count, int seed) {
    var random = new SplittableRandom(seed);
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int[] numbers = random.ints(random.nextInt(1, 5), 0, 6).toArray();
      lines.append(text(numbers, ENGLISH)).append('\t').append(text(numbers, SPANISH)).append('\n');
    }
    return lines.toString();
  }

  private static String text(int[] numbers, List<String> words) {
    return String.join(" ", IntStream.of(numbers).mapToObj(words::get).toList());
  }

  private static Outcome train(String out, String... more) {
    List<String> words = new ArrayList<>(List.of("train", "transformer", "--out", out));
    if (!List.of(more).contains("--data")) {
      words.addAll(List.of("--data", place("data")));
    }
    for (String setting :
        List.of(
            "vocab=320",
            "length=16",
            "width=32",
            "layers=1",
            "heads=2",
            "mlp=64",
            "dropout=0",
            "batch=16",
            "learning-rate=0.3",
            "label-smoothing=0",
            "warmup=60")) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of(more));
    return Outcome.of(words.toArray(String[]::new));
  }

  @BeforeAll
  static void train() throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("train.tsv"), pairs(640, 1));
    Files.writeString(data.resolve("valid.tsv"), pairs(40, 2));
    Files.writeString(data.resolve("test.tsv"), pairs(40, 3));
    Outcome trained = train(place("run"), "--epochs", "16");
    assertEquals(0, trained.status(), trained.err());
    assertTrue(trained.out().contains("640 to learn from, 40 to choose by"), trained.out());
    assertTrue(trained.out().contains("test     loss"), trained.out());
    assertTrue(trained.out().contains(", BLEU "), trained.out());
  }

  @Test
  void translatesGreedilyAndWithBeams() {
    for (String beams : List.of("1", "3")) {
      Outcome outcome =
          Outcome.of("translate", place("run"), "--beams", beams, "two six one", "four");
      assertEquals(0, outcome.status(), outcome.err());
      assertEquals(List.of("dos seis uno", "cuatro"), outcome.out().lines().toList());
    }
    Outcome json = Outcome.of("translate", place("run"), "three", "--json");
    var answer = JsonParser.parseString(json.out()).getAsJsonArray().get(0).getAsJsonObject();
    assertEquals("three", answer.get("source").getAsString());
    assertEquals("tres", answer.get("translation").getAsString());
  }

  private static Outcome withInput(byte[] input, String... words) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return Outcome.of(words);
    } finally {
      System.setIn(before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "int8"})
  void translatesWithWeightsInFewerBits(String form) {
    Outcome whole = Outcome.of("translate", place("run"), "one two", "three");
    Outcome fewer = Outcome.of("translate", place("run"), "--weights-as", form, "one two", "three");
    assertEquals(0, fewer.status(), fewer.err());
    assertEquals(whole.out(), fewer.out());
  }

  @Test
  void translatesLinesOfStandardInput() {
    byte[] lines = "one two\n\n  five\n".getBytes(StandardCharsets.UTF_8);
    Outcome outcome = withInput(lines, "translate", place("run"));
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals(List.of("uno dos", "", "cinco"), outcome.out().lines().toList());
    Outcome broken = withInput(new byte[] {'o', '\n', (byte) 0xFF}, "translate", place("run"));
    assertEquals(1, broken.status());
    assertTrue(broken.err().contains("standard input: line 2: this is not UTF-8"), broken.err());
  }

  @Test
  void isMeasuredByBleu() throws IOException {
    Outcome own = Outcome.of("eval", place("run"), "--json");
    assertEquals(0, own.status(), own.err());
    var answer = JsonParser.parseString(own.out()).getAsJsonObject();
    assertEquals(40, answer.get("pairs").getAsInt());
    assertTrue(answer.get("bleu").getAsDouble() > 90, own.out());
    assertTrue(answer.get("perplexity").getAsDouble() < 1.2, own.out());
    Path other =
        Files.writeString(folder.resolve("other.tsv"), "one two three four\tuno dos x y\n");
    Outcome outcome = Outcome.of("eval", place("run"), "--data", other.toString(), "--json");
    var worse = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertTrue(worse.get("bleu").getAsDouble() < 60, outcome.out());
  }

  @Test
  void stopsAndGoesOnWithTheSameBits() throws IOException {
    assertEquals(0, train(place("whole"), "--steps", "50").status());
    assertEquals(0, train(place("parts"), "--steps", "50", "--stop-at", "17").status());
    Outcome rest = Outcome.of("train", "--resume", place("parts"));
    assertEquals(0, rest.status(), rest.err());
    for (String file : List.of("best.safetensors", "tokenizer.json")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("whole").resolve(file)),
          Files.readAllBytes(folder.resolve("parts").resolve(file)),
          file);
    }
  }

  @Test
  void strictRefusesPairsThatAreTooLong() throws IOException {
    Path data = Files.createDirectory(folder.resolve("long"));
    Files.writeString(data.resolve("train.tsv"), pairs(20, 1) + "one ".repeat(40) + "\tuno\n");
    Files.writeString(data.resolve("valid.tsv"), pairs(20, 2));
    Files.writeString(data.resolve("test.tsv"), pairs(20, 3));
    String out = place("strict");
    Outcome outcome = train(out, "--data", data.toString(), "--strict");
    assertEquals(1, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains("line 21: the pair has "), outcome.err());
    assertTrue(Files.notExists(Path.of(out)), "nothing was begun");
    Outcome without = train(out, "--data", data.toString(), "--epochs", "1");
    assertEquals(0, without.status(), without.err());
    assertTrue(without.out().contains("1 too long and left out"), without.out());
  }

  private static void refused(String said, String... words) {
    Outcome outcome = Outcome.of(words);
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertTrue(outcome.err().contains(said), outcome.err());
  }

  @Test
  void badInputIsSaidInALine() throws IOException {
    refused("is empty", "translate", place("run"), " ");
    refused("the network reads 16; divide it", "translate", place("run"), "one ".repeat(30));
    refused("there is no tokenizer", "translate", place("data"), "one");
    Path wrong = Files.writeString(folder.resolve("wrong.tsv"), "one\tuno\ntwo\t\n");
    refused("line 2: the target is empty", "train", "transformer", "--data", wrong.toString());
    Path few = Files.writeString(folder.resolve("few.tsv"), "one\tuno\n");
    refused("too few to hold some out", "train", "transformer", "--data", few.toString());
    refused(
        "no token <pad>",
        "train",
        "transformer",
        "--data",
        place("data"),
        "--out",
        place("none"),
        "--set",
        "tokenizer=characters");
  }
}
