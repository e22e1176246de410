package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Mutations;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTest {
  private static final String SOUND =
      """
      length,width,species
      5.1, 3.5,"iris, blue"
      -1e-3,.5,agave

      +7,2.,"iris, blue"
      """;

  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("x.csv"), text);
  }

  @Test
  void namesBecomeClassesInAlphabeticalOrder() throws IOException {
    Dataset set = Csv.read(write(SOUND));
    assertEquals(Shape.of(2), set.inputShape());
    assertEquals(List.of("agave", "iris, blue"), set.classes());
    assertArrayEquals(new int[] {1, 0, 1}, targets(set));
    var row = new float[2];
    set.input(1, row, 0);
    assertArrayEquals(new float[] {-1e-3f, 0.5f}, row);
  }

  @Test
  void integersBecomeClassesInNumericalOrder() throws IOException {
    Dataset set = Csv.read(write("\uFEFFy,a\r\n10,1\r\n9,2\r\n-1,3"), "y");
    assertEquals(List.of("-1", "9", "10"), set.classes());
    assertArrayEquals(new int[] {2, 1, 0}, targets(set));
  }

  @Test
  void givenClassesKeepTheirOrder() throws IOException {
    Path file = write("a,y\n1,dog\n2,cat\n");
    Dataset set = Csv.read(file, "y", List.of("owl", "dog", "cat"));
    assertEquals(List.of("owl", "dog", "cat"), set.classes());
    assertArrayEquals(new int[] {1, 2}, targets(set));
    assertRefused(
        "line 3: the label \"cat\" is no class; the classes are owl, dog",
        () -> Csv.read(file, "y", List.of("owl", "dog")));
  }

  @Test
  void manyRowsOutgrowTheFirstArrays() throws IOException {
    var text = new StringBuilder("a,b,c,y\n");
    for (int i = 0; i < 5003; i++) {
      text.append(i).append(',').append(-i).append(",0.5,").append(i % 13).append('\n');
    }
    Dataset set = Csv.read(write(text.toString()));
    assertEquals(5003, set.size());
    var row = new float[3];
    set.input(5002, row, 0);
    assertArrayEquals(new float[] {5002, -5002, 0.5f}, row);
    assertEquals(5002 % 13, set.target(5002));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,y~1,0~x,1 | line 3: column \"a\": \"x\" is not a finite number; features are numbers",
        "a,y~NaN,0   | line 2: column \"a\": \"NaN\" is not a finite number; features are numbers",
        "a,y~1f,0    | line 2: column \"a\": \"1f\" is not a finite number; features are numbers",
        "a,y~1e99,0  | line 2: column \"a\": \"1e99\" is not a finite number; features are numbers",
        "a,y~ ,0     | line 2: column \"a\": the value is missing; fill it in or leave out the row",
        "a,y~1,      | line 2: the label is missing; fill it in or leave out the row",
        "a,y~1,0~~1,2,3 | line 4: has 3 fields, the header 2; correct the row",
        "a,y~1,0~1   | line 3: has 1 fields, the header 2; correct the row",
        "a,a~1,0     | line 1: the column \"a\" occurs twice; rename one",
        "a~1         | line 1: the header has one column; a feature and a label are the least",
        "a,y         | there are no rows after the header; add some",
        "''          | the file is empty; it needs a header and rows",
      })
  void damageIsNamed(String text, String message) throws IOException {
    Path file = write(text.replace('~', '\n'));
    assertRefused(message, () -> Csv.read(file));
  }

  @Test
  void aMissingLabelColumnIsNamed() throws IOException {
    Path file = write(SOUND);
    assertRefused(
        "line 1: there is no column \"kind\"; the columns are length, width, species",
        () -> Csv.read(file, "kind"));
  }

  @Test
  void unclosedQuotesAndOtherEncodingsAreNamed() throws IOException {
    Path latin = folder.resolve("x.csv");
    for (String text : List.of("é,y\n1,0\n", "a,y\n1,é\n")) {
      Files.write(latin, text.getBytes(StandardCharsets.ISO_8859_1));
      assertRefused("the file is not UTF-8 text; save it in that encoding", () -> Csv.read(latin));
    }
    Path file = write("a,y\n1,\"x\"y\n");
    var refused = assertThrows(FileFormatException.class, () -> Csv.read(file));
    assertTrue(refused.getMessage().startsWith(file + ": not valid CSV: "), refused.getMessage());
    assertTrue(refused.getMessage().lines().count() == 1, refused.getMessage());
  }

  @Test
  void tooManyLabelsAreASuspicion() throws IOException {
    var text = new StringBuilder("a,price\n");
    for (int i = 0; i < 10_001; i++) {
      text.append("1,").append(i).append(".5\n");
    }
    Path file = write(text.toString());
    assertRefused(
        "line 10002: there are more than 10000 different labels; is \"price\" the label's column?",
        () -> Csv.read(file));
  }

  @Test
  void damagedFilesAreReadOrRefusedNeverElse() throws IOException {
    byte[] sound = SOUND.getBytes(StandardCharsets.UTF_8);
    var random = new SplittableRandom(42);
    Path file = folder.resolve("fuzz.csv");
    int refused = 0;
    for (int i = 0; i < 4000; i++) {
      Files.write(file, Mutations.mutate(sound, random));
      try {
        Dataset set = Csv.read(file);
        assertTrue(set.size() > 0);
      } catch (FileFormatException expected) {
        refused++;
        assertTrue(expected.getMessage().startsWith(file + ": "), expected.getMessage());
        assertEquals(1, expected.getMessage().lines().count());
      }
    }
    assertTrue(refused > 1500, refused + " of 4000 were refused");
  }

  private static int[] targets(Dataset set) {
    return IntStream.range(0, set.size()).map(set::target).toArray();
  }

  private void assertRefused(String message, Executable read) {
    assertEquals(
        folder.resolve("x.csv") + ": " + message,
        assertThrows(FileFormatException.class, read).getMessage());
  }
}
