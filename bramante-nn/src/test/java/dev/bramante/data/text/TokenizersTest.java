package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizersTest {
  @TempDir private Path folder;

  static Json resource(String name) throws IOException {
    try (var stream = TokenizersTest.class.getResourceAsStream("/tokenizers/" + name);
        var text = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
      return Json.parse(name, text);
    }
  }

  static String text(String name) {
    try (var stream = TokenizersTest.class.getResourceAsStream("/tokenizers/" + name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static int[] ints(Json array) throws IOException {
    var values = array.elements();
    var ints = new int[values.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = values.get(i).integer(0, 1 << 20);
    }
    return ints;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "words", "stages", "splits"})
  void equalsHuggingFaceTokenForToken(String file) throws IOException {
    var tokenizer = TokenizerJson.tokenizer(resource(file + ".json"));
    int cases = 0;
    for (var expected : resource("expected.json").elements()) {
      if (!expected.get("file").text().equals(file)) {
        continue;
      }
      cases++;
      String first = expected.get("first").text();
      String second = expected.get("second").text();
      int[] ids = ints(expected.get("ids"));
      assertArrayEquals(ids, tokenizer.encodeForModel(first).ids(), first);
      assertArrayEquals(ints(expected.get("plain")), tokenizer.encode(first), first);
      var pair = tokenizer.encodeForModel(first, second);
      assertArrayEquals(ints(expected.get("pair_ids")), pair.ids(), first + "|" + second);
      assertArrayEquals(ints(expected.get("pair_types")), pair.types(), first + "|" + second);
      assertEquals(expected.get("decoded").text(), tokenizer.decode(ids), first);
    }
    assertEquals(76, cases);
  }

  @Test
  void readsGpt2sTwoFilesAndBertsVocabulary() throws IOException {
    Files.writeString(folder.resolve("vocab.json"), "{\"a\":0,\"b\":1,\"ab\":2,\"model\":3}");
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n");
    assertArrayEquals(new int[] {2, 0, 1, 1}, withoutOthers(Tokenizers.read(folder), "ab a bb"));
    Path bert = folder.resolve("vocab.txt");
    Files.writeString(bert, "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##able\nÄ\na\n");
    assertArrayEquals(
        new int[] {2, 4, 5, 7, 1, 3}, Tokenizers.read(bert).encodeForModel("Unable Ä nix").ids());
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
    assertArrayEquals(
        new int[] {2, 4, 5, 6, 1, 3}, Tokenizers.read(bert).encodeForModel("unable Ä nix").ids());
  }

  private static int[] withoutOthers(Tokenizer tokenizer, String text) {
    return tokenizer.encode(text); // the vocabulary lacks the space, which is dropped
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    var none = assertThrows(NoSuchFileException.class, () -> Tokenizers.read(folder));
    assertTrue(none.getMessage().contains("tokenizer.json"), none.getMessage());
    Files.writeString(folder.resolve("vocab.json"), "{\"a\":0,\"b\":1}");
    Files.writeString(folder.resolve("merges.txt"), "a b\n");
    var token = assertThrows(FileFormatException.class, () -> Tokenizers.read(folder));
    assertTrue(token.getMessage().contains("\"ab\""), token.getMessage());
    Files.writeString(folder.resolve("merges.txt"), "a b c\n");
    var line = assertThrows(FileFormatException.class, () -> Tokenizers.read(folder));
    assertTrue(line.getMessage().contains("line 1"), line.getMessage());
    var type =
        assertThrows(
            FileFormatException.class,
            () ->
                TokenizerJson.tokenizer(
                    Json.parse("x", new StringReader("{\"model\":{\"type\":\"Unigram\"}}"))));
    assertEquals(
        "x: model: the type \"Unigram\" is unknown; known are BPE and WordPiece",
        type.getMessage());
  }

  @Test
  void mutatedFilesAreReadOrRefusedInWords() {
    var random = new Random(4);
    int refused = 0;
    for (String file : List.of("bytes.json", "words.json", "stages.json", "splits.json")) {
      String sound = text(file);
      for (int i = 0; i < 500; i++) {
        var changed = new StringBuilder(sound);
        for (int change = random.nextInt(3); change >= 0; change--) {
          int at = random.nextInt(changed.length());
          switch (random.nextInt(4)) {
            case 0 -> changed.setCharAt(at, (char) (' ' + random.nextInt(95)));
            case 1 -> changed.delete(at, Math.min(changed.length(), at + random.nextInt(40)));
            case 2 -> changed.insert(at, "null");
            default -> changed.insert(at, "99999999999");
          }
        }
        try {
          var tokenizer =
              TokenizerJson.tokenizer(Json.parse(file, new StringReader(changed.toString())));
          tokenizer.encodeForModel("Emma [MASK] 12 Mrs. café", "<|endoftext|> b");
        } catch (IOException told) {
          assertTrue(told.getMessage().startsWith(file + ": "), told.getMessage());
          refused++;
        }
      }
    }
    assertTrue(refused > 1000, "only " + refused + " of 2000 were refused");
  }

  @Test
  void charactersComeBack() throws IOException {
    String text = "to be 🙂\nor not";
    var tokenizer = Tokenizers.characters(text);
    assertEquals(10, tokenizer.size()); // U+FFFD, \n, space, b e n o r t and the face
    assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
    assertEquals("b\uFFFDe", tokenizer.decode(tokenizer.encode("bxe")));
    assertEquals(14, tokenizer.encode(text).length);
    Path file = folder.resolve("tokenizer.json");
    Tokenizers.write(tokenizer, file);
    assertArrayEquals(tokenizer.encode(text), Tokenizers.read(folder).encode(text));
  }

  @Test
  void anUnknownIdIsRefused() {
    var tokenizer = Tokenizers.characters("ab");
    var error = assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(1, 3));
    assertTrue(error.getMessage().contains("3") && error.getMessage().contains("0 to 2"));
  }
}
