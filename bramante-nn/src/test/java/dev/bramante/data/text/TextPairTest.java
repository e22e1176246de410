package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextPairTest {
  @Test
  void aLineIsAPair() throws IOException {
    var pairs = TextPair.list(TextSource.of("x.tsv", " a b \tc\r\nd\t é"));
    assertEquals(List.of(new TextPair("a b", "c", 1), new TextPair("d", "é", 2)), pairs);
  }

  @Test
  void theVersesAreThere() throws IOException {
    assertEquals(11_127, TextPair.list(Verses.training()).size());
    assertEquals(448, TextPair.list(Verses.validation()).size());
    var test = TextPair.list(Verses.test());
    assertEquals(549, test.size());
    assertEquals(
        "They asked him, “Where is Sarah, your wife?” He said, “There, in the tent.”",
        test.get(2).source());
  }

  @ParameterizedTest
  @CsvSource({
    "'a\tb\nc\n', line 2: there is no tab between source and target",
    "'a\tb\n\n', line 2: there is no tab between source and target",
    "'a\tb\tc', line 1: there is more than one tab",
    "'a\tb\nc\t \n', line 2: the target is empty",
    "'a\tb\n\td\n', line 2: the source is empty",
    "'', there are no pairs"
  })
  void whatIsNoPairIsSaidWithItsLine(String text, String problem) {
    var file = TextSource.of("x.tsv", text);
    var wrong = assertThrows(FileFormatException.class, () -> TextPair.list(file));
    assertEquals("x.tsv: " + problem, wrong.getMessage().split(";")[0]);
  }
}
