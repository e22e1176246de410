package dev.bramante.parity;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixtureFuzzTest {
  private static final String[] PIECES = {
    "[", "]", "{", "}", ",", ":", "\"", "-1", "null", "1e999", "99999999999", "true", "\\u0000", ""
  };

  @TempDir private Path folder;

  @Test
  void mutatedFilesAreReadOrRefusedInWords() throws IOException {
    String text;
    try (InputStream in = FixtureFuzzTest.class.getResourceAsStream("mlp-book.json")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    var random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      Path file = Files.writeString(folder.resolve("fuzz.json"), mutated(text, random));
      try {
        Fixture.read(file);
      } catch (FileFormatException e) {
        refused++;
        assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
      }
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  private static String mutated(String text, Random random) {
    var changed = new StringBuilder(text);
    for (int change = random.nextInt(3); change >= 0; change--) {
      int from = random.nextInt(changed.length());
      int to = Math.min(changed.length(), from + random.nextInt(1 + random.nextInt(40)));
      changed.replace(from, to, PIECES[random.nextInt(PIECES.length)]);
    }
    return changed.toString();
  }
}
