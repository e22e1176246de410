package dev.bramante.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch 2.13 wrote; make_torch_files.py beside them says how. */
class TorchFileTest {
  @TempDir private Path folder;

  static Path resource(String name) {
    try {
      return Path.of(TorchFileTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TensorFile open(Path file) throws IOException {
    return TensorFile.open(file, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.pth", "protocol4.pth", "legacy.pth", "deflated.pth"})
  void readsTensorsHoweverTheyLie(String name) throws IOException {
    try (var file = open(resource(name))) {
      assertTensor(file, "plain", Shape.of(2, 3), 0, 1, 2, 3, 4, 5);
      assertTensor(file, "transposed", Shape.of(3, 2), 0, 3, 1, 4, 2, 5);
      assertTensor(file, "part", Shape.of(2, 3), 4, 5, 6, 7, 8, 9);
      assertTensor(file, "every_second", Shape.of(12), 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23);
      assertTensor(file, "expanded", Shape.of(2, 3), 7, 7, 7, 8, 8, 8);
      assertTensor(file, "parameter", Shape.of(4), 0, 1, 2, 3);
      assertTensor(file, "empty", Shape.of(0, 3));
      var last = new float[24];
      for (int i = 0; i < last.length; i++) {
        last[i] = i;
      }
      assertTensor(file, "channels_last", Shape.of(2, 3, 2, 2), last);
      assertEquals(List.of(), file.notes());
    }
  }

  private static void assertTensor(TensorFile file, String name, Shape shape, float... values)
      throws IOException {
    Tensor tensor = file.tensor(name);
    assertEquals(shape, tensor.shape(), name);
    assertArrayEquals(values, tensor.floats(), name);
    assertArrayEquals(values, file.floats(name), name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.pth", "protocol4.pth", "legacy.pth", "deflated.pth"})
  void convertsTypes(String name) throws IOException {
    Map<String, DType> types = new LinkedHashMap<>();
    for (String floating : List.of("float64", "float16")) {
      types.put(floating, DType.F32);
    }
    types.put("bfloat16", DType.BF16);
    types.put("int64", DType.I64);
    for (String small : List.of("int32", "int16", "uint8")) {
      types.put(small, DType.I32);
    }
    types.put("int8", DType.I8);
    try (var file = open(resource(name))) {
      for (var wanted : types.entrySet()) {
        Tensor tensor = file.tensor(wanted.getKey());
        assertEquals(wanted.getValue(), tensor.dtype());
        for (int i = 0; i < 3; i++) {
          assertEquals(i, tensor.at(i), wanted.getKey());
        }
      }
      assertArrayEquals(new byte[] {0, 1, 1}, file.tensor("bool").booleans());
      assertArrayEquals(new long[] {5}, file.tensor("scalar").longs());
      assertArrayEquals(new float[] {0, 1, 2}, file.floats("bfloat16"));
      var e = assertThrows(FileFormatException.class, () -> file.floats("int64"));
      assertTrue(e.getMessage().contains("is of type I64, not a floating one"), e.getMessage());
      assertThrows(FileFormatException.class, () -> file.tensor("absent"));
    }
  }

  @Test
  void readsTypesThatCameLater() throws IOException {
    try (var file = open(resource("weights.pth"))) {
      assertArrayEquals(new int[] {1, 65_535}, file.tensor("uint16").ints());
    }
  }

  @Test
  void findsTheWeightsOfATrainingCheckpoint() throws IOException {
    try (var file = open(resource("checkpoint.pth"))) {
      assertEquals(
          List.of(
              "the weights are those under \"model\"",
              "the names' prefix \"module.\" was left out"),
          file.notes());
      assertEquals(
          List.of(
              "0.weight F32[2, 1, 3, 3]",
              "1.weight F32[2]",
              "1.bias F32[2]",
              "1.running_mean F32[2]",
              "1.running_var F32[2]",
              "1.num_batches_tracked I64[]",
              "3.weight F32[3, 8]",
              "3.bias F32[3]"),
          file.entries().stream().map(Object::toString).toList());
    }
  }

  @Test
  void takesTheKeyThatIsAskedFor() throws IOException {
    Path file = resource("checkpoint.pth");
    try (var open = TensorFile.open(file, Optional.of("model"))) {
      assertEquals(8, open.entries().size());
    }
    var e =
        assertThrows(FileFormatException.class, () -> TensorFile.open(file, Optional.of("models")));
    assertTrue(
        e.getMessage().contains("no tensors under \"models\", but under \"model\""),
        e.getMessage());
  }

  @Test
  void refusesAWholeModule() {
    var e = assertThrows(FileFormatException.class, () -> open(resource("whole_module.pth")));
    assertTrue(
        e.getMessage()
            .contains("the pickle wants to use torch.nn.modules.container.Sequential at byte 41"),
        e.getMessage());
    assertTrue(e.getMessage().contains("nothing was executed"), e.getMessage());
  }

  @Test
  void writesWhatItReads() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z", Tensor.of(Shape.of(2, 1, 3), 1, 2, 3, 4, 5, Float.NaN));
    tensors.put("a.é", Tensor.wrap(DType.BF16, Shape.of(3), new short[] {1, -2, 3}));
    tensors.put("scalar", Tensor.of(Shape.of(), 1L << 40));
    tensors.put("none", Tensor.of(Shape.of(0, 4), new float[0]));
    tensors.put("truth", Tensor.wrap(DType.BOOL, Shape.of(2), new byte[] {0, 1}));
    tensors.put("small", Tensor.wrap(DType.I8, Shape.of(2), new byte[] {-3, 7}));
    tensors.put("long", Tensor.of(Shape.of(40_000), new float[40_000]));
    Path file = folder.resolve("written.pth");
    TorchFile.write(file, tensors);
    byte[] first = Files.readAllBytes(file);
    try (var open = open(file)) {
      Map<String, Tensor> read = open.tensors();
      assertEquals(List.copyOf(tensors.keySet()), List.copyOf(read.keySet()));
      tensors.forEach((name, tensor) -> assertTrue(read.get(name).sameBits(tensor), name));
    }
    TorchFile.write(file, tensors);
    assertArrayEquals(first, Files.readAllBytes(file));
  }

  @Test
  void notesADamagedStorage() throws IOException {
    byte[] bytes = Files.readAllBytes(resource("weights.pth"));
    int at = indexOf(bytes, "data/0") + 6;
    while (bytes[at] != 0x40) { // the high byte of 2.0f
      at++;
    }
    bytes[at] = 0x41;
    Path file = Files.write(folder.resolve("damaged.pth"), bytes);
    try (var open = open(file)) {
      var e = assertThrows(FileFormatException.class, () -> open.tensor("plain"));
      assertTrue(
          e.getMessage().contains("data/0\" is damaged: its checksum is another"), e.getMessage());
    }
  }

  private static int indexOf(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void tellsFormatsApartByContent() throws IOException {
    assertEquals(FileFormat.TORCH, FileFormat.of(resource("weights.pth")));
    assertEquals(FileFormat.TORCH_LEGACY, FileFormat.of(resource("legacy.pth")));
    // A header of 0x280 bytes begins as a pickle of protocol 2 does.
    byte[] header = ("{\"__metadata__\":{\"a\":\"" + "x".repeat(615) + "\"}}").getBytes();
    byte[] whole = new byte[8 + header.length];
    whole[0] = (byte) 0x80;
    whole[1] = 2;
    System.arraycopy(header, 0, whole, 8, header.length);
    Path file = Files.write(folder.resolve("like-a-pickle"), whole);
    try (var open = open(file)) {
      assertFalse(open.metadata().isEmpty());
    }
    Path pickle =
        Files.write(
            folder.resolve("plain.pkl"),
            new byte[] {(byte) 0x80, 4, (byte) 0x95, 1, 2, 3, 4, 5, 6});
    var e = assertThrows(FileFormatException.class, () -> open(pickle));
    assertTrue(e.getMessage().contains("plain pickle"), e.getMessage());
  }
}
