package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptTokenizerTest {
  private static final String TEXT = "hello there";

  @TempDir private Path folder;

  private void assertKept(KeptTokenizer kept) throws IOException {
    Path run = Files.createDirectory(folder.resolve("run"));
    assertFalse(KeptTokenizer.isIn(run));
    kept.write(run);
    assertTrue(KeptTokenizer.isIn(run));
    int[] ids = KeptTokenizer.read(run).tokenizer().encode(TEXT);
    assertTrue(ids.length > 0);
    assertArrayEquals(kept.tokenizer().encode(TEXT), ids);
  }

  @Test
  void oneThatWasMadeHere() throws IOException {
    var trainer = new BpeTrainer(270, 1);
    trainer.add("hello hello there there");
    assertKept(KeptTokenizer.made(trainer.train()));
  }

  @Test
  void aFileOfJsonUnderAnyName() throws IOException {
    Path file = folder.resolve("mine.json");
    Tokenizers.write(Tokenizers.characters("helo tr"), file);
    assertKept(KeptTokenizer.read(file));
  }

  @Test
  void aListOfWordsUnderAnyName() throws IOException {
    Path file = folder.resolve("words.txt");
    Files.writeString(file, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhel\n##lo\nthere\n");
    assertKept(KeptTokenizer.read(file));
  }

  @Test
  void theTwoFilesOfGpt2() throws IOException {
    Path file = folder.resolve("words.json");
    Files.writeString(
        file, "{\"h\":0,\"e\":1,\"l\":2,\"o\":3,\"t\":4,\"r\":5,\"he\":6,\"\\u0120\":7}");
    Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\nh e\n");
    assertKept(KeptTokenizer.read(file));
  }
}
