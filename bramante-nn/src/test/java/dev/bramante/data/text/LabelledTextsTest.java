package dev.bramante.data.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.Csv;
import dev.bramante.data.TextTable;
import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledTextsTest {
  @TempDir private Path folder;
  private Tokenizer tokenizer;

  @BeforeEach
  void makeTokenizer() throws IOException {
    var words = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "very");
    Path file = Files.write(folder.resolve("vocab.txt"), words);
    tokenizer = Tokenizers.readBert(file, true);
  }

  private TextTable table(String csv) throws IOException {
    Path file = Files.writeString(folder.resolve("x.csv"), csv);
    return Csv.readTexts(file, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private TextTable many(int count) throws IOException {
    return table(
        "text,label\n"
            + IntStream.range(0, count)
                .mapToObj(i -> "very ".repeat(i * 7 % 40) + "good," + "xyz".charAt(i % 3))
                .collect(Collectors.joining("\n")));
  }

  @Test
  void textsBecomeIdsAndLabelsClasses() throws IOException {
    TextTable table = table("text,label\n\"very, good\",+\nbad,-\n");
    var texts = LabelledTexts.inOrder(table, tokenizer, 0, 20, 3);
    assertEquals(List.of("+", "-"), texts.classes());
    assertEquals(List.of(Shape.of(3)), texts.targets());
    assertEquals(
        List.of(
            new Filled(
                0,
                List.of(
                    List.of(
                        2, 7, 1, 5, 3, 0, 0, 0, //
                        2, 6, 3, 0, 0, 0, 0, 0, //
                        2, 6, 3, 0, 0, 0, 0, 0)),
                List.of(0, 1, -1))),
        Filled.epoch(texts, 0));
  }

  @Test
  void aLongTextIsCutBeforeItsLastToken() throws IOException {
    var texts =
        LabelledTexts.inOrder(table("text,label\nvery very very good,1\n"), tokenizer, 0, 5, 1);
    assertEquals(List.of(List.of(2, 7, 7, 7, 3)), Filled.of(texts, 0, 0).inputs());
  }

  @Test
  void eachTextComesOnceAndOrdersComeBack() throws IOException {
    TextTable table = many(50);
    var texts = LabelledTexts.training(table, tokenizer, 0, 64, 8, 5);
    assertEquals(6, texts.count());
    assertEquals(List.of("x", "y", "z"), texts.classes());
    var epoch = Filled.epoch(texts, 1);
    assertNotEquals(epoch, Filled.epoch(texts, 2));
    assertEquals(epoch.get(4), Filled.of(texts, 1, 4));
    var again = LabelledTexts.training(table, tokenizer, 0, 64, 8, 5);
    assertEquals(epoch.get(4), Filled.of(again, 1, 4));
    for (Filled filled : epoch) {
      assertTrue(filled.targets().stream().allMatch(label -> label >= 0 && label < 3));
    }
    var measured = LabelledTexts.inOrder(table, tokenizer, 0, 64, 8);
    long labels =
        Filled.epoch(measured, 0).stream()
            .flatMap(filled -> filled.targets().stream())
            .filter(label -> label >= 0)
            .count();
    assertEquals(50, labels);
    assertThrows(
        IllegalArgumentException.class,
        () -> LabelledTexts.training(table, tokenizer, 0, 64, 51, 5));
  }

  @Test
  void columnsAreFoundByNameOrPlace() throws IOException {
    Path file = Files.writeString(folder.resolve("y.csv"), "id,stars,review\n7,5,fine\n8,1,no\n");
    TextTable named =
        Csv.readTexts(file, Optional.of("review"), Optional.of("stars"), Optional.empty());
    assertEquals(new TextTable(List.of("fine", "no"), List.of(1, 0), List.of("1", "5")), named);
    var wrong =
        assertThrows(
            FileFormatException.class,
            () -> Csv.readTexts(file, Optional.empty(), Optional.empty(), Optional.empty()));
    assertTrue(wrong.getMessage().contains("which of the columns is the text?"));
    wrong =
        assertThrows(
            FileFormatException.class,
            () ->
                Csv.readTexts(file, Optional.of("stars"), Optional.of("stars"), Optional.empty()));
    assertTrue(wrong.getMessage().contains("the same column"), wrong.getMessage());
    assertEquals(List.of("5", "1"), table("label,text\n1,5\n1,1\n").texts());
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() throws IOException {
    var wrong = assertThrows(FileFormatException.class, () -> table("text,label\ngood,1\n ,2\n"));
    assertTrue(wrong.getMessage().contains("line 3: the text is empty"), wrong.getMessage());
    wrong = assertThrows(FileFormatException.class, () -> table("text,label\ngood,\n"));
    assertTrue(wrong.getMessage().contains("line 2: the label is missing"), wrong.getMessage());
    wrong = assertThrows(FileFormatException.class, () -> table("text,label\n"));
    assertTrue(wrong.getMessage().contains("no rows"), wrong.getMessage());
    Path file = folder.resolve("x.csv");
    Files.writeString(file, "text,label\nbad,c\n");
    var classes = Optional.of(List.of("a", "b"));
    wrong =
        assertThrows(
            FileFormatException.class,
            () -> Csv.readTexts(file, Optional.empty(), Optional.empty(), classes));
    assertTrue(wrong.getMessage().contains("\"c\" is no class"), wrong.getMessage());
  }
}
