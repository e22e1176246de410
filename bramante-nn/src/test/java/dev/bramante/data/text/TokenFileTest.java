package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Mutations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  private static final String TEXT = "Pride, and prejudice. 🙂\n".repeat(3000);
  private static final OptionalInt NONE = OptionalInt.empty();

  @TempDir private Path folder;

  private static int[] all(Tokens tokens) {
    int[] ids = new int[(int) tokens.size()];
    tokens.read(0, ids, 0, ids.length);
    return ids;
  }

  @Test
  void aFileHoldsWhatMemoryHolds() throws IOException {
    Tokenizer tokenizer = Tokenizers.characters(TEXT);
    var texts = List.of(TextSource.of("a", TEXT), TextSource.of("b", "and"));
    for (OptionalInt end : List.of(NONE, OptionalInt.of(0))) {
      Path path = folder.resolve("tokens-" + end);
      Tokens memory = Tokens.inMemory(tokenizer, texts, end);
      try (Tokens file = TokenFile.write(path, tokenizer, texts, end)) {
        assertEquals(memory.size(), file.size());
        assertEquals(24 * 3000 + 3, memory.characters());
        assertEquals(memory.characters(), file.characters());
        assertEquals(memory.size(), file.characters() + (end.isPresent() ? 2 : 0));
        assertArrayEquals(all(memory), all(file));
        int[] some = {-7, -7, -7, -7, -7};
        file.read(70_001, some, 1, 3);
        int[] expected = Arrays.copyOfRange(all(memory), 70_000, 70_005);
        expected[0] = -7;
        expected[4] = -7;
        assertArrayEquals(expected, some);
        assertThrows(IndexOutOfBoundsException.class, () -> file.read(file.size() - 1, some, 0, 2));
      }
      assertEquals(TokenFileHeader.BYTES + 2 * memory.size(), Files.size(path));
    }
  }

  @Test
  void aLargeVocabularyTakesFourBytes() throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int i = 0; i < 70_000; i++) {
      ids.put(i < 3 ? String.valueOf((char) ('a' + i)) : "x" + i, i < 3 ? 69_999 - i : i - 3);
    }
    var model = new Bpe(new Vocabulary(ids), List.of(), Bpe.Options.GPT2);
    Tokenizer tokenizer = Tokenizers.byteLevel(model, List.of());
    Path path = folder.resolve("tokens");
    var texts = List.of(TextSource.of("a", "abacab"));
    try (Tokens file = TokenFile.write(path, tokenizer, texts, NONE)) {
      assertArrayEquals(new int[] {69999, 69998, 69999, 69997, 69999, 69998}, all(file));
    }
    assertEquals(TokenFileHeader.BYTES + 4 * 6, Files.size(path));
  }

  @Test
  void tokensOfAnotherTokenizerAreRefused() throws IOException {
    Path path = folder.resolve("tokens");
    Tokenizer tokenizer = Tokenizers.characters("some words");
    TokenFile.write(path, tokenizer, List.of(TextSource.of("a", "some words")), NONE).close();
    Tokenizer other = Tokenizers.characters("same words");
    var wrong = assertThrows(FileFormatException.class, () -> TokenFile.open(path, other));
    assertTrue(wrong.getMessage().contains("another tokenizer"), wrong.getMessage());
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path path = Files.writeString(folder.resolve("letter"), "Dear reader");
    Tokenizer tokenizer = Tokenizers.characters("a");
    var wrong = assertThrows(FileFormatException.class, () -> TokenFile.open(path, tokenizer));
    assertTrue(wrong.getMessage().contains("this is no file of tokens"), wrong.getMessage());
  }

  @Test
  void aTemporaryFileIsGoneInTheEnd() throws IOException {
    Path place = Files.createDirectory(folder.resolve("place"));
    Tokenizer tokenizer = Tokenizers.characters(TEXT);
    var texts = List.of(TextSource.of("a", TEXT));
    try (Tokens file = TokenFile.temporary(place, tokenizer, texts, NONE)) {
      assertArrayEquals(all(Tokens.inMemory(tokenizer, texts, NONE)), all(file));
    }
    assertTrue(isEmpty(place));
    var missing = List.of(TextSource.of(Files.writeString(folder.resolve("text"), TEXT)));
    Files.delete(folder.resolve("text"));
    assertThrows(IOException.class, () -> TokenFile.temporary(place, tokenizer, missing, NONE));
    assertTrue(isEmpty(place));
  }

  private static boolean isEmpty(Path place) throws IOException {
    try (var left = Files.list(place)) {
      return left.findAny().isEmpty();
    }
  }

  @Test
  void aTextThatIsNotSoundLeavesNoFile() throws IOException {
    Path text = Files.write(folder.resolve("text"), new byte[] {'a', '\n', (byte) 0xFF});
    Path path = folder.resolve("tokens");
    Tokenizer tokenizer = Tokenizers.characters("a");
    var texts = List.of(TextSource.of(text));
    var wrong =
        assertThrows(
            FileFormatException.class, () -> TokenFile.write(path, tokenizer, texts, NONE));
    assertTrue(wrong.getMessage().startsWith(text + ": line 2"), wrong.getMessage());
    var empty = List.of(TextSource.of("a", ""));
    assertThrows(FileFormatException.class, () -> TokenFile.write(path, tokenizer, empty, NONE));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(text), left.toList());
    }
  }

  @Test
  void tokensOutsideTheVocabularyAreAnError() throws IOException {
    Tokenizer tokenizer = Tokenizers.characters("abc");
    Path path = folder.resolve("tokens");
    TokenFile.write(path, tokenizer, List.of(TextSource.of("a", "abc")), NONE).close();
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - 1] = 1;
    Files.write(path, bytes);
    try (var file = TokenFile.open(path, tokenizer)) {
      int[] into = new int[3];
      var wrong = assertThrows(UncheckedIOException.class, () -> file.read(0, into, 0, 3));
      assertTrue(wrong.getCause().getMessage().contains("token 2 isn't in the vocabulary"));
    }
  }

  @Test
  void damagedFilesAreRefusedOrRead() throws IOException {
    Tokenizer tokenizer = Tokenizers.characters("abc");
    Path path = folder.resolve("tokens");
    TokenFile.write(path, tokenizer, List.of(TextSource.of("a", "abcabcabc")), NONE).close();
    byte[] sound = Files.readAllBytes(path);
    for (int size = 0; size < sound.length; size++) {
      Files.write(path, Arrays.copyOf(sound, size));
      assertThrows(FileFormatException.class, () -> TokenFile.open(path, tokenizer), "cut");
    }
    var random = new SplittableRandom(5);
    for (int i = 0; i < 300; i++) {
      Files.write(path, Mutations.mutate(sound, random));
      try (var file = TokenFile.open(path, tokenizer)) {
        assertFalse(file.size() > 1000);
        all(file);
      } catch (FileFormatException refused) {
        assertTrue(refused.getMessage().startsWith(path.toString()));
      } catch (UncheckedIOException refused) {
        assertTrue(refused.getCause().getMessage().startsWith(path.toString()));
      }
    }
  }
}
