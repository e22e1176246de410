package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {
  @TempDir private Path folder;

  @Test
  void learnsTheMergesThatHuggingFaceLearns() throws IOException {
    var trainer = new BpeTrainer(400, 2);
    trainer.add(TokenizersTest.text("sample.txt"));
    var learnt = (Bpe) ((TextTokenizer) trainer.train()).model();
    var expected = (Bpe) TokenizerJson.tokenizer(TokenizersTest.resource("bytes.json")).model();
    assertEquals(expected.merges(), learnt.merges());
    assertEquals(expected.vocabulary().ids(), learnt.vocabulary().ids());
  }

  @Test
  void everyTextComesBackAndTheFileDoesTheSame() throws IOException {
    var trainer = new BpeTrainer(300, 1);
    trainer.add("low lower lowest");
    trainer.add("low slow 🙂");
    var tokenizer = trainer.train();
    String text = "slowest\t🙂\u0000 日本 <|endoftext|>";
    assertEquals("slowest\t🙂\u0000 日本 ", tokenizer.decode(tokenizer.encode(text)));
    Path file = folder.resolve("tokenizer.json");
    Tokenizers.write(tokenizer, file);
    assertArrayEquals(tokenizer.encode(text), Tokenizers.read(file).encode(text));
  }

  @Test
  void aVocabularyHoldsAtLeastTheBytes() {
    assertThrows(IllegalArgumentException.class, () -> new BpeTrainer(256, 1));
  }
}
