package dev.bramante.cli;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbedTest {
  @TempDir private Path folder;

  @BeforeEach
  void makeModel() throws IOException {
    SmallBert.write(folder, "BertModel", "mean");
  }

  private Outcome embed(String... more) {
    var arguments = new ArrayList<>(List.of("embed", "--model", folder.toString()));
    arguments.addAll(List.of(more));
    return Outcome.of(arguments.toArray(String[]::new));
  }

  private static Outcome withInput(byte[] input, String... arguments) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return Outcome.of(arguments);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void givesALineForEachText() {
    var two = embed("good film", "a bad film bad");
    assertEquals(0, two.status(), two.err());
    var lines = two.out().lines().toList();
    assertEquals(2, lines.size());
    assertEquals(6, lines.getFirst().split(" ").length);
    assertEquals(lines.getFirst(), embed("good film").out().strip());
    String input = "good film\na bad film bad\n";
    var read =
        withInput(input.getBytes(StandardCharsets.UTF_8), "embed", "--model", folder.toString());
    assertEquals(two.out(), read.out());
  }

  @Test
  void showsCosines() {
    var lines = embed("--cosines", "good", "good", "bad film").out().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(lines.getFirst().strip().startsWith("1.00000  1.00000"), lines.getFirst());
    var answer =
        JsonParser.parseString(embed("--json", "--cosines", "--pool", "cls", "good", "bad").out())
            .getAsJsonObject();
    assertEquals(6, answer.get("width").getAsInt());
    assertEquals(2, answer.getAsJsonArray("cosines").size());
    assertEquals(
        "[2,5,3]", answer.getAsJsonArray("texts").get(0).getAsJsonObject().get("ids").toString());
  }

  private static String refusal(Outcome outcome) {
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(1, outcome.err().strip().lines().count(), outcome.err());
    return outcome.err();
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    String longer = "good bad good bad good bad good bad";
    String said = refusal(embed(longer));
    assertTrue(said.contains("10 tokens, the model reads 8 at most; --truncate"), said);
    assertEquals(embed("good bad good bad good bad").out(), embed("--truncate", longer).out());
    assertTrue(refusal(embed("good", " ")).contains("text 2 is empty"));
    byte[] notText = {'a', '\n', (byte) 0xc3, '\n'};
    var broken = withInput(notText, "embed", "--model", folder.toString(), "-");
    assertTrue(refusal(broken).contains("not UTF-8"), broken.err());
    Files.delete(folder.resolve("config.json"));
    assertTrue(refusal(embed("a")).contains("neither config.json nor a file .onnx"));
  }
}
