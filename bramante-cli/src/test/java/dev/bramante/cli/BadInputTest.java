package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is said in one line, and nothing is left behind. */
class BadInputTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train lennet               | unknown recipe \"lennet\"; did you mean \"lenet\"?",
        "train                      | which recipe? There are mlp, lenet, lenet5, alexnet, *",
        "train lenet --set rate=1   | unknown key \"rate\"; did you mean \"rates\"?",
        "train lenet --set clases=9 | unknown key \"clases\"; did you mean \"classes\"?",
        "train lenet --set batch=0  | batch must be at least 1, not 0",
        "train lenet --set batch=x  | batch must be a whole number, not \"x\"",
        "train lenet --set batch=4501 | 4500 samples don't fill a batch of 4501; *",
        "train lenet --set classes=9 | the network has 9 outputs, the data 10 classes",
        "train lenet --set optimizer=adamx | unknown optimizer \"adamx\"; *",
        "train lenet --set average=1 | average must be at least 0 and less than 1, not 1",
        "train lenet --threads -1   | threads must be at least 1, not -1",
        "train lenet --vector-bits 100 | vectors have 128, 256 or 512 bits, not 100",
        "train lenet --data absent  | absent: there is no such folder; check the path",
        "train lenet --resume absent | *there is no checkpoint to resume from*",
        "eval absent                | absent: *",
        "predict absent a.png       | absent: *",
        "summary lennet             | unknown model \"lennet\"; did you mean \"lenet\"?",
        "summary lenet --batch 0    | --batch must be at least 1, not 0",
        "bench lenet-trian-64       | unknown case \"lenet-trian-64\"; did you mean *",
        "bench matmul-0             | unknown case \"matmul-0\"; *",
      })
  void saysInOneLine(String line, String complaint) {
    Outcome outcome = Outcome.of(line.split(" +"));
    String said = outcome.err();
    String pattern = "bramante: " + complaint.strip().replace("*", "\u0000");
    String regex =
        String.join(".*", Arrays.stream(pattern.split("\u0000", -1)).map(Pattern::quote).toList());
    assertTrue(said.strip().matches(regex), said);
    assertEquals(1, said.lines().count(), said);
    assertEquals("", outcome.out());
    assertEquals(1, outcome.status());
  }

  @Test
  void namesTheLineOfABadRow() throws IOException {
    Path table = Files.writeString(folder.resolve("t.csv"), "a,b,label\n1,2,x\n3,oops,y\n");
    Outcome outcome = train("mlp", table);
    assertTrue(outcome.err().contains("t.csv: line 3: "), outcome.err());
    assertEquals(1, outcome.status());
  }

  @Test
  void namesADamagedFileOfTheData() throws IOException {
    for (String part : new String[] {"train", "t10k"}) {
      Files.write(folder.resolve(part + "-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});
      Files.write(folder.resolve(part + "-labels-idx1-ubyte"), new byte[] {1, 2, 3, 4});
    }
    Outcome outcome = train("lenet", folder);
    assertTrue(outcome.err().contains("train-images-idx3-ubyte: the file ends"), outcome.err());
    assertEquals(1, outcome.err().lines().count());
  }

  @Test
  void refusesAPlaceThatIsNoFolderBeforeItBegins() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    Outcome outcome = Outcome.of("train", "lenet", "--out", file.resolve("run").toString());
    assertTrue(outcome.err().contains("is no folder; choose another --out"), outcome.err());
    assertEquals("", outcome.out());
    assertEquals(1, outcome.status());
  }

  @Test
  void showsTheTraceOnDemand() {
    Outcome outcome = Outcome.of("eval", "absent", "--verbose");
    assertTrue(outcome.err().contains("\tat dev.bramante."), outcome.err());
  }

  @Test
  void namesTheStepWhenTheLossIsNotFinite() {
    Path run = folder.resolve("run");
    Outcome outcome =
        Outcome.of(
            "train",
            "mlp",
            "--steps",
            "50",
            "--out",
            run.toString(),
            "--set",
            "learning-rate=1e5",
            "--set",
            "optimizer=sgd");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().matches("(?s).*loss is \\S+ at step \\d+.*"), outcome.err());
    assertFalse(Files.exists(run.resolve("best.safetensors")));
  }

  @Test
  void reportsEveryFileOfParityInALine() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.json"), "{}");
    Path text = Files.writeString(folder.resolve("text.json"), "no, sir");
    Path other =
        Files.writeString(
            folder.resolve("other.json"), "{\"name\": \"big\", \"config\": {\"arch\": \"elman\"}}");
    Path absent = folder.resolve("absent.json");
    Outcome outcome =
        Outcome.of(
            "parity", empty.toString(), text.toString(), other.toString(), absent.toString());
    assertEquals(1, outcome.status());
    assertEquals("", outcome.out());
    List<String> lines = outcome.err().lines().toList();
    assertEquals(4, lines.size(), outcome.err());
    assertTrue(lines.get(0).contains("empty.json: the key \"name\" is missing"));
    assertTrue(lines.get(1).contains("text.json: not valid JSON at $"), lines.get(1));
    assertTrue(
        lines.get(2).contains("there is no architecture elman; known are mlp, lenet, lenet5"),
        lines.get(2));
    assertTrue(lines.get(3).contains("absent.json: there is no such file"), lines.get(3));
  }

  private Outcome train(String recipe, Path data) {
    return Outcome.of(
        "train", recipe, "--data", data.toString(), "--out", folder.resolve("run").toString());
  }
}
