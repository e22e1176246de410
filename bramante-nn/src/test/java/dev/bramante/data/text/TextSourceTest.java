package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextSourceTest {
  @TempDir private Path folder;

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("x.txt"), bytes);
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void plainAndPackedFilesAreTheSameText() throws IOException {
    String text = "é日🙂\n".repeat(40_000) + "end";
    byte[] bytes = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8);
    assertEquals(text, TextSource.of(write(bytes)).text());
    assertEquals(text, TextSource.of(write(packed(bytes))).text());
    assertEquals("", TextSource.of(write(new byte[0])).text());
    assertEquals("a", TextSource.of(write(new byte[] {'a'})).text());
  }

  @Test
  void whatIsNotUtf8IsSaidWithItsLine() throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write("one\ntwo\n".repeat(20_000).getBytes(StandardCharsets.UTF_8));
    bytes.write(new byte[] {'a', (byte) 0xC3, 'b'});
    Path file = write(bytes.toByteArray());
    var wrong = assertThrows(FileFormatException.class, () -> TextSource.of(file).text());
    assertEquals(
        file + ": line 40001: this is not UTF-8 text; save it in that encoding",
        wrong.getMessage());
    Path cut = write(new byte[] {'a', '\n', (byte) 0xF0, (byte) 0x9F});
    wrong = assertThrows(FileFormatException.class, () -> TextSource.of(cut).text());
    assertTrue(wrong.getMessage().contains("line 2"), wrong.getMessage());
  }

  @Test
  void aPackedFileThatIsCutOffIsDamaged() throws IOException {
    byte[] whole = packed("some text that goes on\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
    for (int size : new int[] {2, 9, 40, whole.length - 3}) {
      Path file = write(Arrays.copyOf(whole, size));
      var wrong = assertThrows(FileFormatException.class, () -> TextSource.of(file).text());
      assertTrue(wrong.getMessage().contains("damaged or cut off"), wrong.getMessage());
    }
  }

  @Test
  void aMissingFileIsSaidAtOnce() {
    assertThrows(NoSuchFileException.class, () -> TextSource.of(folder.resolve("none.txt")));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 7, 16, 100})
  void chunksAreTheTextAndEndBeforeSpaces(int usual) throws IOException {
    String text = "It is  a truth\nuniversally \t acknowledged, 🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂 that ";
    var chunks = new ArrayList<String>();
    TextChunks.read(TextSource.of("t", text), usual, 1 << 10, chunks::add);
    assertEquals(text, String.join("", chunks));
    for (String chunk : chunks.subList(1, chunks.size())) {
      assertTrue(Character.isWhitespace(chunk.charAt(0)), chunk);
    }
    for (String chunk : chunks.subList(0, chunks.size() - 1)) {
      assertTrue(!Character.isWhitespace(chunk.charAt(chunk.length() - 1)), chunk);
    }
  }

  @Test
  void aTextWithoutSpacesIsDividedBetweenCharacters() throws IOException {
    String text = "🙂".repeat(51);
    var chunks = new ArrayList<String>();
    TextChunks.read(TextSource.of("t", text), 5, 9, chunks::add);
    assertEquals(text, String.join("", chunks));
    assertEquals(List.of("🙂🙂🙂🙂"), chunks.subList(0, 12).stream().distinct().toList());
  }

  @Test
  void tokensOfChunksAreTokensOfTheText() throws IOException {
    String text = Austen.validation().getFirst().text();
    var trainer = new BpeTrainer(600, 2);
    trainer.add(text);
    Tokenizer tokenizer = trainer.train();
    var ids = new ArrayList<Integer>();
    TextChunks.read(
        TextSource.of("t", text),
        997,
        1 << 12,
        chunk -> Arrays.stream(tokenizer.encode(chunk)).forEach(ids::add));
    assertEquals(Arrays.stream(tokenizer.encode(text)).boxed().toList(), ids);
  }

  @Test
  void theNovelsAreThere() throws IOException {
    assertEquals(466_854, Austen.validation().getFirst().text().length());
    long characters = 0;
    for (TextSource novel : Austen.training()) {
      characters += novel.text().codePointCount(0, novel.text().length());
    }
    assertEquals(3_558_174, characters);
  }
}
