package dev.bramante.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsBadInputTest {
  private static final String DAMAGED =
      "; the file is damaged or no safetensors file, get it again";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]                                   | 0 | the header does not begin with {",
        "` {}`                                | 0 | the header does not begin with {",
        "{} {}                                | 0 | the header is not valid JSON at $",
        "{'a'                                 | 0 | the header is not valid JSON at $.a",
        "{a:1}                                | 0 | the header is not valid JSON at $.",
        "{'a':1}                              | 0 | tensor 'a' must have a description",
        "{'a':{}}                             | 0 | tensor 'a' lacks dtype, shape or data_offsets",
        "{'__metadata__':{'k':1}}             | 0 | the metadata 'k' is not a string",
        "{'__metadata__':{'k':'','k':''}}     | 0 | the metadata 'k' occurs twice",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1],'x':0}} | 1 "
            + "| tensor 'a' has an unknown or repeated key 'x'",
        "{'a':{'dtype':'I8','dtype':'I8','shape':[1],'data_offsets':[0,1]}} | 1 "
            + "| tensor 'a' has an unknown or repeated key 'dtype'",
        "{'a':{'dtype':7,'shape':[1],'data_offsets':[0,1]}} | 1 | tensor 'a' must have a type name",
        "{'a':{'dtype':'I8','shape':[-1],'data_offsets':[0,1]}} | 1 | tensor 'a' has '-1' in shape",
        "{'a':{'dtype':'I8','shape':[1.0],'data_offsets':[0,1]}} | 1 | tensor 'a' has '1.0' in shape",
        "{'a':{'dtype':'I8','shape':['1'],'data_offsets':[0,1]}} | 1 "
            + "| tensor 'a' must have numbers only in shape",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0]}} | 1 "
            + "| tensor 'a' I8[1] has data_offsets [0], not [begin, end]",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[1,0]}} | 1 "
            + "| tensor 'a' I8[1] has data_offsets [1, 0], not [begin, end]",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,2]}} | 2 "
            + "| tensor 'a' I8[1] needs 1 bytes, its range has 2",
        "{'a':{'dtype':'F32','shape':[3,2],'data_offsets':[0,24]}} | 23 "
            + "| tensor 'a' F32[3, 2] ends at byte 24 of the data, which has only 23",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1]}} | 3 "
            + "| 2 bytes too many after tensor 'a'",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[1,2]}} | 2 "
            + "| 1 unused bytes between the header and tensor 'a'",
        "{} | 5 | 5 bytes too many after the header",
        "{'a':{'dtype':'I8','shape':[2],'data_offsets':[0,2]},"
            + "'b':{'dtype':'I8','shape':[2],'data_offsets':[1,3]}} | 3 "
            + "| tensor 'b' begins at byte 1 and overlaps tensor 'a'",
        "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1]},"
            + "'a':{'dtype':'I8','shape':[1],'data_offsets':[1,2]}} | 2 | the name 'a' occurs twice"
      })
  void damageIsNamed(String header, int dataBytes, String problem) throws IOException {
    byte[] bytes = SafeTensorsTest.raw(header.replace('\'', '"'), new byte[dataBytes]);
    assertMessage(problem.replace('\'', '"') + DAMAGED, bytes);
  }

  @Test
  void sizesThatNoArrayHoldsAreRefused() throws IOException {
    assertMessage(
        "tensor \"a\" I8[65536, 65536] has more elements than a Java array can hold; split it",
        raw("{'a':{'dtype':'I8','shape':[65536,65536],'data_offsets':[0,0]}}", 0));
    assertMessage(
        "tensor \"a\" I8[4294967296, 0] has more elements than a Java array can hold; split it",
        raw("{'a':{'dtype':'I8','shape':[4294967296,0],'data_offsets':[0,0]}}", 0));
    assertMessage(
        "tensor \"a\" has \"9999999999999999999\" in shape" + DAMAGED,
        raw("{'a':{'dtype':'I8','shape':[9999999999999999999],'data_offsets':[0,0]}}", 0));
    String manyAxes = "1,".repeat(40) + "1";
    assertMessage(
        "tensor \"a\" has more than 32 numbers in shape" + DAMAGED,
        raw("{'a':{'dtype':'I8','shape':[" + manyAxes + "],'data_offsets':[0,1]}}", 1));
  }

  @Test
  void unknownTypesAreNamedAndTheKnownOnesListed() throws IOException {
    Path file = write(raw("{'a':{'dtype':'F33','shape':[],'data_offsets':[0,4]}}", 4));
    String message =
        assertThrows(FileFormatException.class, () -> SafeTensors.open(file)).getMessage();
    assertTrue(
        message.startsWith(
            file + ": tensor \"a\" has the unknown type \"F33\"; known are [F64, F32,"),
        message);
  }

  @Test
  void headerLengthIsCheckedBeforeUse() throws IOException {
    assertMessage("the file has 7 bytes, a safetensors file at least 8" + DAMAGED, new byte[7]);
    assertMessage(
        "the header is said to have 18446744073709551615 bytes, the file has only 2 more" + DAMAGED,
        ByteBuffer.allocate(10).putLong(-1).array());
    Path sparse = folder.resolve("sparse");
    try (var raw = new RandomAccessFile(sparse.toFile(), "rw")) {
      raw.setLength(1 << 30);
      raw.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong((1 << 30) - 8).array());
    }
    assertEquals(
        sparse
            + ": the header is said to have 1073741816 bytes, at most 16777216 are read; "
            + "split the file",
        assertThrows(FileFormatException.class, () -> SafeTensors.open(sparse)).getMessage());
  }

  @Test
  void textMustBeUtf8() throws IOException {
    byte[] bytes = SafeTensorsTest.raw("{\"__metadata__\":{\"a\":\"????\"}}", new byte[0]);
    bytes[bytes.length - 6] = (byte) 0xC3;
    assertMessage("the header is not UTF-8 text" + DAMAGED, bytes);
  }

  @Test
  void hostileNamesAreShownOnOneLine() throws IOException {
    String name = "\\u001b[2J\\n" + "x".repeat(500);
    Path file = write(raw("{'" + name + "':1}", 0));
    String message =
        assertThrows(FileFormatException.class, () -> SafeTensors.open(file)).getMessage();
    assertTrue(message.contains("tensor \"\\u001b[2J\\u000axxx"), message);
    assertTrue(message.length() < 400 + file.toString().length(), message);
  }

  @Test
  void truthValuesMustBeZeroOrOne() throws IOException {
    byte[] bytes = raw("{'m':{'dtype':'BOOL','shape':[2],'data_offsets':[0,2]}}", 2);
    bytes[bytes.length - 1] = 2;
    try (var open = SafeTensors.open(write(bytes))) {
      assertEquals(
          open.file()
              + ": tensor \"m\": element 1 is 2, a BOOL must be 0 or 1; the file is damaged, get it again",
          assertThrows(FileFormatException.class, () -> open.tensor("m")).getMessage());
    }
  }

  @Test
  void aFileCutOffAfterOpeningIsAnErrorNotACrash() throws IOException {
    Path file = folder.resolve("cut");
    SafeTensors.write(file, Map.of("w", Tensor.zeros(DType.F32, Shape.of(100_000))), Map.of());
    try (var open = SafeTensors.open(file);
        var raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.setLength(1000);
      assertEquals(
          file + ": the file became shorter while it was read; try again once it is complete",
          assertThrows(FileFormatException.class, () -> open.floats("w")).getMessage());
    }
  }

  @Test
  void whatIsNoFileIsNamed() {
    Path none = folder.resolve("none");
    assertEquals(
        none + ": there is no such file; check the path",
        assertThrows(IOException.class, () -> SafeTensors.open(none)).getMessage());
    assertEquals(
        folder + ": this is a folder; name a file in it",
        assertThrows(IOException.class, () -> SafeTensors.open(folder)).getMessage());
  }

  @Test
  void damagedFilesAreReadOrRefusedNeverElse() throws IOException {
    Path sound = folder.resolve("sound");
    SafeTensors.write(sound, SafeTensorsTest.assorted(), Map.of("epoch", "3"));
    byte[] bytes = Files.readAllBytes(sound);
    var random = new SplittableRandom(42);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      Path file = write(Mutations.mutate(bytes, random));
      try {
        SafeTensors.readAll(file);
      } catch (FileFormatException expected) {
        refused++;
        assertTrue(expected.getMessage().startsWith(file + ": "), expected.getMessage());
      }
    }
    assertTrue(refused > 2000, refused + " of 3000 were refused");
  }

  private static byte[] raw(String header, int dataBytes) {
    return SafeTensorsTest.raw(header.replace('\'', '"'), new byte[dataBytes]);
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("bad.safetensors"), bytes);
  }

  private void assertMessage(String expected, byte[] bytes) throws IOException {
    Path file = write(bytes);
    assertEquals(
        file + ": " + expected,
        assertThrows(FileFormatException.class, () -> SafeTensors.open(file)).getMessage());
  }
}
