package dev.bramante.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("x.safetensors");
  }

  /** One tensor of each type, of awkward shapes. */
  static SequencedMap<String, Tensor> assorted() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("scalar", Tensor.scalar(-0.0f));
    tensors.put("none", Tensor.zeros(DType.F32, Shape.of(3, 0, 2)));
    tensors.put("also.none", Tensor.zeros(DType.BOOL, Shape.of(0)));
    tensors.put("odd", Tensor.of(Shape.of(1, 7, 1), 1f, 2f, Float.NaN, 4f, -5f, 6e-45f, 7f));
    tensors.put("ids", Tensor.of(Shape.of(3), 7, -1, Integer.MIN_VALUE));
    tensors.put("steps", Tensor.of(Shape.of(), Long.MIN_VALUE));
    tensors.put("mask", Tensor.wrap(DType.BOOL, Shape.of(5), new byte[] {0, 1, 1, 0, 1}));
    tensors.put("q", Tensor.wrap(DType.I8, Shape.of(3), new byte[] {-128, 0, 127}));
    tensors.put("half", Tensor.wrap(DType.BF16, Shape.of(1, 3), new short[] {0x3F80, -1, 0}));
    tensors.put("Ünïcode \" \\ \n 😀", Tensor.of(Shape.of(1), 1f));
    return tensors;
  }

  @Test
  void roundTripKeepsEveryBit() throws IOException {
    var metadata = Map.of("format", "bramante", "Ü", "\"\n\u2028");
    SafeTensors.write(file, assorted(), metadata);
    try (var open = SafeTensors.open(file)) {
      assertEquals(metadata, open.metadata());
      assertEquals(assorted().size(), open.entries().size());
    }
    var read = SafeTensors.readAll(file);
    assorted().forEach((name, tensor) -> assertTrue(tensor.sameBits(read.get(name)), name));
  }

  @Test
  void emptyFileRoundTrips() throws IOException {
    SafeTensors.write(file, Map.of(), Map.of());
    assertEquals(Map.of(), SafeTensors.readAll(file));
  }

  @Test
  void largeTensorsPassThroughTheSmallBuffer() throws IOException {
    var values = new float[100_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.5f;
    }
    SafeTensors.write(file, Map.of("w", Tensor.of(Shape.of(values.length), values)), Map.of());
    try (var open = SafeTensors.open(file)) {
      assertArrayEquals(values, open.floats("w"));
      var into = new float[values.length + 3];
      open.floats("w", into, 2);
      assertEquals(values[values.length - 1], into[values.length + 1]);
      assertThrows(IndexOutOfBoundsException.class, () -> open.floats("w", into, 4));
    }
  }

  @Test
  void bytesDependOnTheContentOnly() throws IOException {
    SafeTensors.write(file, assorted(), Map.of("a", "1", "b", "2"));
    Map<String, Tensor> reversed = new LinkedHashMap<>();
    assorted().reversed().forEach(reversed::put);
    Path other = folder.resolve("other");
    SafeTensors.write(other, reversed, Map.of("b", "2", "a", "1"));
    assertEquals(-1, Files.mismatch(file, other));
  }

  @Test
  void dataAreAligned() throws IOException {
    SafeTensors.write(file, assorted(), Map.of());
    long header =
        ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, (8 + header) % 64);
    try (var open = SafeTensors.open(file)) {
      for (var entry : open.entries()) {
        assertEquals(0, entry.begin() % entry.type().bytes(), entry.name());
      }
    }
  }

  @Test
  void foreignTypesAreConverted() throws IOException {
    var data = ByteBuffer.allocate(8 + 8 + 2 * 3 + 1 + 4).order(ByteOrder.LITTLE_ENDIAN);
    data.putDouble(0.1).putLong(-1).putShort((short) 0x3C00).putShort((short) -2);
    data.putShort((short) -2).put((byte) -2).putInt(-2);
    writeRaw(
        """
        {"d":{"dtype":"F64","shape":[],"data_offsets":[0,8]},
         "u64":{"dtype":"U64","shape":[],"data_offsets":[8,16]},
         "h":{"dtype":"F16","shape":[1],"data_offsets":[16,18]},
         "i16":{"dtype":"I16","shape":[1],"data_offsets":[18,20]},
         "u16":{"dtype":"U16","shape":[1],"data_offsets":[20,22]},
         "u8":{"dtype":"U8","shape":[1],"data_offsets":[22,23]},
         "u32":{"dtype":"U32","shape":[1],"data_offsets":[23,27]}}\
        """,
        data.array());
    try (var open = SafeTensors.open(file)) {
      assertArrayEquals(new float[] {0.1f}, open.floats("d"));
      assertArrayEquals(new float[] {0.1f}, open.tensor("d").floats());
      assertArrayEquals(new float[] {1f}, open.tensor("h").floats());
      assertArrayEquals(new int[] {-2}, open.tensor("i16").ints());
      assertArrayEquals(new int[] {65_534}, open.tensor("u16").ints());
      assertArrayEquals(new int[] {254}, open.tensor("u8").ints());
      assertArrayEquals(new long[] {4_294_967_294L}, open.tensor("u32").longs());
      assertEquals(
          file + ": tensor \"u64\" is of type U64, which cannot be read; store it in another type",
          assertThrows(FileFormatException.class, () -> open.tensor("u64")).getMessage());
      assertEquals(
          file + ": tensor \"u8\" is of type U8, not a floating one; store it as F32",
          assertThrows(FileFormatException.class, () -> open.floats("u8")).getMessage());
      assertEquals(
          file + ": there is no tensor \"w\"; list the file's names and choose one",
          assertThrows(FileFormatException.class, () -> open.floats("w")).getMessage());
    }
  }

  @Test
  void tensorsOutliveTheFile() throws IOException {
    SafeTensors.write(file, assorted(), Map.of());
    var open = SafeTensors.open(file);
    Tensor kept = open.tensor("odd");
    open.close();
    open.close();
    assertEquals(7, kept.floats()[6]);
    assertThrows(IllegalStateException.class, () -> open.tensor("odd"));
  }

  @Test
  void aFailedWriteKeepsTheOldFile() throws IOException {
    SafeTensors.write(file, assorted(), Map.of());
    byte[] before = Files.readAllBytes(file);
    var reserved = Map.of("__metadata__", Tensor.scalar(1f));
    assertThrows(IllegalArgumentException.class, () -> SafeTensors.write(file, reserved, Map.of()));
    var surrogate = Map.of("\ud800", Tensor.scalar(1f));
    assertThrows(
        IllegalArgumentException.class, () -> SafeTensors.write(file, surrogate, Map.of()));
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void allDifferencesAreListedAtOnce() throws IOException {
    SafeTensors.write(file, assorted(), Map.of());
    Map<String, TensorSpec> wanted = new LinkedHashMap<>();
    assorted().forEach((name, t) -> wanted.put(name, new TensorSpec(t.dtype(), t.shape())));
    wanted.put("half", new TensorSpec(DType.F32, Shape.of(1, 3)));
    try (var open = SafeTensors.open(file)) {
      var same = NameReport.compare(wanted, open);
      assertTrue(same.agrees());
      same.orThrow();
      wanted.remove("q");
      wanted.remove("mask");
      wanted.put("conv1.weight", new TensorSpec(DType.F32, Shape.of(2, 2)));
      wanted.put("conv2.bias", new TensorSpec(DType.I64, Shape.of()));
      wanted.put("ids", new TensorSpec(DType.I64, Shape.of(3)));
      wanted.put("odd", new TensorSpec(DType.F32, Shape.of(7)));
      var report = NameReport.compare(wanted, open);
      assertEquals(
          List.of("conv1.weight F32[2, 2]", "conv2.bias I64[]"),
          List.copyOf(report.missing().values()));
      assertEquals(List.of("mask BOOL[5]", "q I8[3]"), List.copyOf(report.surplus().values()));
      assertEquals(
          file
              + """
              : does not fit the model (2 missing, 2 surplus, 2 of another shape or type); \
              choose the model that it was written for.
                missing:
                  conv1.weight F32[2, 2]
                  conv2.bias I64[]
                surplus:
                  mask BOOL[5]
                  q I8[3]
                of another shape or type:
                  odd: wanted F32[7], found F32[1, 7, 1]
                  ids: wanted I64[3], found I32[3]\
              """,
          assertThrows(FileFormatException.class, report::orThrow)
              .getMessage()
              .replace(System.lineSeparator(), "\n"));
    }
  }

  private void writeRaw(String header, byte[] data) throws IOException {
    Files.write(file, raw(header, data));
  }

  /** A file of the given header and data, sound or not. */
  static byte[] raw(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }
}
