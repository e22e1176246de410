package dev.bramante.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of PyTorch from people who mean no good, or whose disks don't. */
class TorchBadInputTest {
  private static final String TENSOR =
      "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\n";

  @TempDir private Path folder;

  /** A pickle, whose bytes stand as characters; a file of PyTorch around it. */
  private Path file(String pickle) throws IOException {
    Path file = folder.resolve("evil.pth");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "archive/data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1));
      store(zip, "archive/data/0", new byte[16]);
      store(zip, "archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
    return file;
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    var crc = new CRC32();
    crc.update(content);
    var entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static String complaint(Path file) {
    var e = assertThrows(FileFormatException.class, () -> TensorFile.open(file, Optional.empty()));
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    return e.getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cos~system~(X\u0004\0\0\0true\u0074R.         | use os.system",
        "cposix~system~(X\u0004\0\0\0true\u0074R.      | use posix.system",
        "cbuiltins~eval~(X\u0001\0\0\u00001\u0074R.    | use builtins.eval",
        "cbuiltins~exec~.                              | use builtins.exec",
        "c__builtin__~getattr~.                        | use __builtin__.getattr",
        "csubprocess~Popen~.                           | use subprocess.Popen",
        "ctorch~load~.                                 | use torch.load",
        "ctorch.hub~load~.                             | use torch.hub.load",
        "cnumpy.core.multiarray~scalar~.               | use numpy.core.multiarray.scalar",
        "X\u0002\0\0\0osX\u0006\0\0\0system\u0093.     | use os.system",
        "(ios~system~.                                 | make an object of os.system",
        "(cos~system~o.                                | use os.system",
        "(X\u0001\0\0\0xo.                             | make an object of a class by the instruction OBJ",
        "}}}\u0092.                                    | make an object with named arguments",
        "\u0082\u0005.                                 | use number 5 of a registry (EXT1)",
        "\u0083\u0005\u0001.                           | use number 261 of a registry (EXT2)",
        "\u0084\u0005\0\0\0.                           | use number 5 of a registry (EXT4)",
        "\u0097.                                       | use memory outside of the file",
        "K\u0001)R.                                    | call what is no function",
        "ctorch~FloatStorage~)R.                       | call torch.FloatStorage, which is no function",
        "ccollections~OrderedDict~)\u0081K\u0001b.     | set the state of an object",
        "K\u0001}b.                                    | set the state of an object",
      })
  void executesNothing(String pickle, String refusal) throws IOException {
    String said = complaint(file("\u0080\u0002" + pickle.strip().replace('~', '\n')));
    assertTrue(said.contains("the pickle wants to " + refusal.strip()), said);
    assertTrue(said.contains("nothing was executed"), said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "I1~.                             | the instruction 0x49",
        "S'x'~.                           | the instruction 0x53",
        "P0~.                             | the instruction 0x50",
        "K\u0001                          | 1 bytes wanted, 0 left",
        "X\u00ff\u00ff\u00ff\u00ffabc.    | 4294967295 bytes wanted, 4 left",
        "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffabc. | bytes wanted",
        "T\u00ff\u00ff\u00ff\u00ffabc.    | bytes wanted",
        "\u008b\u00ff\u00ff\u00ff\u00ff.  | bytes wanted",
        "X\u0001\0\0\0\u00ff.             | a string that is no UTF-8",
        "h\u0005.                         | no value number 5",
        "j\u00ff\u00ff\u00ff\u00ff.       | no value number 4294967295",
        "0.                               | too few values on its stack",
        "(a.                              | too few values on its stack",
        "e.                               | an end without a beginning",
        "K\u0001K\u0002a.                 | items for what is no list",
        "K\u0001K\u0002K\u0003s.          | entries for what is no dictionary",
        "}(K\u0001u.                      | entries for what is no dictionary",
        "K\u0001K\u0002.                  | values that nothing uses",
        "K\u0001Q.                        | refers to what is no storage",
        "}.                               | no dictionary of tensors",
        "K\u0001.                         | no dictionary of tensors",
        "\u0080\u0009.                    | the protocol 9",
      })
  void saysWhatIsDamaged(String pickle, String problem) throws IOException {
    String said = complaint(file("\u0080\u0002" + pickle.strip().replace('~', '\n')));
    assertTrue(said.contains(problem.strip()), said);
  }

  /** A dictionary with one tensor of four floats in storage "0". */
  private static String tensor(String count, String offset, String sizes, String strides) {
    return "\u0080\u0002}X\u0001\0\0\0w"
        + TENSOR
        + "X\u0001\0\0\u00000X\u0003\0\0\0cpu"
        + count
        + "tQ"
        + offset
        + sizes
        + strides
        + "\u0089Nt"
        + "Rs.";
  }

  @Test
  void readsTheTensorThatTheOthersArePoisonedFrom() throws IOException {
    Path file = file(tensor("K\u0004", "K\0", "K\u0002K\u0002\u0086", "K\u0002K\u0001\u0086"));
    try (var open = TensorFile.open(file, Optional.empty())) {
      assertEquals(4, open.tensor("w").floats().length);
    }
  }

  @Test
  void checksThatTensorsLieInTheirStorage() throws IOException {
    String four = "K\u0004\u0085";
    String one = "K\u0001\u0085";
    String huge = "J\u00ff\u00ff\u00ff\u007f";
    String negative = "J\u00ff\u00ff\u00ff\u00ff";
    assertSaid("reaches to element 4 of 4", tensor("K\u0004", "K\u0001", four, one));
    assertSaid("reaches to element 6 of 4", tensor("K\u0004", "K\0", four, "K\u0002\u0085"));
    assertSaid("sizes, strides and an offset", tensor("K\u0004", negative, four, one));
    assertSaid("sizes, strides and an offset", tensor("K\u0004", "K\0", four, ")"));
    assertSaid("no number from 0", tensor("K\u0004", "K\0", negative + "\u0085", one));
    assertSaid("no number from 0", tensor("K\u0004", "K\0", four, negative + "\u0085"));
    assertSaid(
        "more elements than a Java array",
        tensor("K\u0004", "K\0", huge + huge + "\u0086", "K\0K\0\u0086"));
    assertSaid("has -1 elements", tensor(negative, "K\0", four, one));
    assertSaid(
        "reaches too far",
        tensor(
            "K\u0004",
            "K\0",
            "J\0\0\0\u0040K\u0001\u0086",
            "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007fK\u0001\u0086"));
    assertSaid(
        "a tensor of 100 axes", tensor("K\u0004", "K\0", "(" + "K\u0001".repeat(100) + "t", one));
  }

  @Test
  void refusesATensorThatIsExpandedToFillTheMemory() throws IOException {
    assertSaid(
        "but only 16 are stored", tensor("K\u0004", "K\0", "J\0\0\0\u0040\u0085", "K\0\u0085"));
  }

  private void assertSaid(String part, String pickle) throws IOException {
    String said = complaint(file(pickle));
    assertTrue(said.contains(part), said);
  }

  @Test
  void refusesAStorageThatIsShorterThanItSays() throws IOException {
    Path file = file(tensor("K\u0010", "K\0", "K\u0010\u0085", "K\u0001\u0085"));
    try (var open = TensorFile.open(file, Optional.empty())) {
      var e = assertThrows(FileFormatException.class, () -> open.tensor("w"));
      assertTrue(e.getMessage().contains("has 16 bytes, not 64"), e.getMessage());
    }
  }

  @Test
  void standsNestingAndSharing() throws IOException {
    // A million lists, each in the other; then one that holds itself, and doubling by the memo.
    assertSaid(
        "no dictionary of tensors",
        "\u0080\u0002" + "]".repeat(500_000) + "a".repeat(499_999) + ".");
    assertSaid("no dictionary of tensors", "\u0080\u0002]q\0h\0a.");
    assertSaid("no dictionary of tensors", "\u0080\u0002}q\0X\u0001\0\0\0ah\0s.");
    var doubling = new StringBuilder("\u0080\u0002}q\0");
    for (int i = 1; i < 200; i++) {
      char before = (char) (i - 1);
      doubling.append("}(X\u0001\0\0\0ah").append(before).append("X\u0001\0\0\0bh").append(before);
      doubling.append("uq").append((char) i).append("\u0030h").append((char) i);
      doubling.append(i < 199 ? "0" : "");
    }
    String pickle = doubling.toString().replace("}q\0", "}q\0" + "0");
    assertSaid("no dictionary of tensors", pickle + ".");
  }

  @Test
  void refusesAPickleOfMoreValuesThanWeightsHave() throws IOException {
    String filled = "\u0080\u0002](" + ")".repeat(4_100_000) + "e.";
    assertSaid("more than 4000000 values", filled);
    String appended = "\u0080\u0002]q\0" + "h\0a".repeat(4_100_000) + ".";
    assertSaid("more than 4000000 values", appended);
    String remembered = "\u0080\u0002]" + "r\u00ff\u00ff\u00ff\u00ff".repeat(4_100_000) + ".";
    assertSaid("more than 4000000 values", remembered);
  }

  @Test
  void refusesAZipBomb() throws IOException {
    Path file = folder.resolve("bomb.pth");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(Deflater.BEST_COMPRESSION);
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      var zeros = new byte[1 << 20];
      for (int i = 0; i < 100; i++) {
        zip.write(zeros);
      }
      zip.closeEntry();
    }
    assertTrue(Files.size(file) < 200_000);
    String said = complaint(file);
    assertTrue(said.contains("has 104857600 bytes, at most 67108864 fit"), said);
  }

  @Test
  void refusesASizeThatCannotBe() throws IOException {
    byte[] bytes = Files.readAllBytes(TorchFileTest.resource("deflated.pth"));
    // In the directory at the end, the unpacked size of the first entry.
    int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\u0001\u0002");
    bytes[directory + 24 + 2] = 60; // 4 MB from some hundred bytes
    String said = complaint(Files.write(folder.resolve("sizes.pth"), bytes));
    assertTrue(said.contains("data.pkl\" cannot unpack"), said);
    bytes[directory + 24 + 2] = 0;
    bytes[directory + 24]++;
    said = complaint(Files.write(folder.resolve("sizes.pth"), bytes));
    assertTrue(said.contains("data.pkl\" "), said);
  }

  @Test
  void refusesOtherZipFiles() throws IOException {
    Path file = folder.resolve("other.zip");
    var content = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(content)) {
      store(zip, "a/readme.txt", new byte[3]);
    }
    Files.write(file, content.toByteArray());
    assertTrue(complaint(file).contains("this zip file has 0 entries data.pkl"), complaint(file));
    Files.write(file, Arrays.copyOf(content.toByteArray(), 60));
    assertTrue(complaint(file).contains("was not copied completely"), complaint(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"weights.pth", "protocol4.pth", "legacy.pth", "deflated.pth", "checkpoint.pth"})
  void mutatedFilesAreReadOrRefusedInWords(String name) throws IOException {
    byte[] sound = Files.readAllBytes(TorchFileTest.resource(name));
    var random = new SplittableRandom(11);
    Path file = folder.resolve("mutated.pth");
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      Files.write(file, Mutations.mutate(sound, random));
      refused += refuses(file) ? 1 : 0;
    }
    assertTrue(refused > 200, refused + " refused");
  }

  /** Mutations of the pickle alone, behind sound checksums. */
  @ParameterizedTest
  @ValueSource(strings = {"weights.pth", "protocol4.pth", "checkpoint.pth"})
  void mutatedPicklesAreReadOrRefusedInWords(String name) throws IOException {
    byte[] sound = Files.readAllBytes(TorchFileTest.resource(name));
    String text = new String(sound, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf("\u0080" + (name.startsWith("protocol4") ? "\u0004" : "\u0002"));
    int end = text.indexOf("PK\u0007\u0008", begin);
    byte[] pickle = Arrays.copyOfRange(sound, begin, end);
    var random = new SplittableRandom(13);
    int refused = 0;
    for (int i = 0; i < 1500; i++) {
      byte[] mutated = Mutations.mutate(pickle, random);
      refused += refuses(file(new String(mutated, StandardCharsets.ISO_8859_1))) ? 1 : 0;
    }
    assertTrue(refused > 700, refused + " refused");
  }

  private static boolean refuses(Path file) {
    try (var open = TensorFile.open(file, Optional.empty())) {
      for (var entry : open.entries()) {
        if (entry.type().readAs().isPresent()) {
          assertEquals(entry.shape(), open.tensor(entry.name()).shape());
        }
      }
      return false;
    } catch (IOException e) {
      assertTrue(!e.getMessage().isBlank() && e.getMessage().lines().count() == 1, e.getMessage());
      return true;
    }
  }
}
