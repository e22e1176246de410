package dev.bramante.io;

import static dev.bramante.io.Quote.clean;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A safetensors file: named tensors and a map of strings.
 *
 * <p>Opening a file maps it into memory and checks its header completely; tensors are copied out
 * one by one when they are asked for. {@link #close} ends the mapping; tensors read before are
 * plain arrays and stay valid.
 *
 * <p>The format: 8 bytes with the length of the header (little endian), the header in JSON, the
 * data in row-major order without gaps. See <a
 * href="https://github.com/huggingface/safetensors">the format's home</a>.
 */
public final class SafeTensors implements TensorFile {
  /** The longest header that is read: room for some hundred thousand tensors. */
  static final int MAX_HEADER_BYTES = 16 << 20;

  private static final int LENGTH_BYTES = 8;
  private static final String DAMAGED = "the file is damaged or no safetensors file, get it again";

  private final MappedFile file;
  private final MemorySegment data;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private SafeTensors(MappedFile file) throws IOException {
    this.file = file;
    MemorySegment whole = file.bytes();
    if (whole.byteSize() < LENGTH_BYTES) {
      throw new FileFormatException(
          file.path(),
          "the file has " + whole.byteSize() + " bytes, a safetensors file at least 8",
          DAMAGED);
    }
    int headerBytes = headerBytes(file.path(), whole);
    MemorySegment header = whole.asSlice(LENGTH_BYTES, headerBytes);
    this.data = whole.asSlice(LENGTH_BYTES + (long) headerBytes);
    var content = SafeTensorsHeader.parse(file.path().toString(), text(header), data.byteSize());
    Map<String, Entry> byName = new LinkedHashMap<>();
    content.entries().forEach(entry -> byName.put(entry.name(), entry));
    this.entries = Collections.unmodifiableMap(byName);
    this.metadata = content.metadata();
  }

  /**
   * One tensor of a file.
   *
   * @param name its name
   * @param type its element type in the file
   * @param shape its shape
   * @param begin the offset of its first byte in the file's data
   * @param end the offset after its last byte
   */
  public record Entry(String name, StorageType type, Shape shape, long begin, long end)
      implements TensorFile.Entry {
    /** Name, type and shape, as {@code conv1.weight F32[32, 5, 5, 1]}. */
    @Override
    public String toString() {
      return clean(name) + " " + type + shape;
    }
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws FileFormatException if it is not a sound safetensors file
   * @throws IOException if it cannot be read
   */
  public static SafeTensors open(Path file) throws IOException {
    return MappedFile.open(file, SafeTensors::new);
  }

  /** All tensors of a file in the order of their data, as {@link #tensor} gives them. */
  public static Map<String, Tensor> readAll(Path file) throws IOException {
    try (var open = open(file)) {
      return open.tensors();
    }
  }

  /**
   * Replaces a file, or creates it, by the given tensors. The bytes depend on nothing but the
   * arguments' content.
   *
   * @param file the file to write, by way of {@link AtomicFile}
   * @param tensors the tensors by name, in any order
   * @param metadata strings to keep with them
   * @throws IOException if it cannot be written; the file is then as it was before
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<TensorSource> sources = new ArrayList<>();
    tensors.forEach((name, tensor) -> sources.add(TensorSource.of(name, tensor)));
    write(file, sources, metadata);
  }

  /**
   * The same of tensors that need not be there at once.
   *
   * @param tensors the tensors, in any order, with names that differ
   */
  public static void write(Path file, List<TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    SafeTensorsWriter.write(file, tensors, metadata);
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  @Override
  public Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Nothing: a safetensors file is as it is. */
  @Override
  public List<String> notes() {
    return List.of();
  }

  /**
   * Reads a tensor as the type that {@link StorageType#readAs} tells: F64 and F16 become F32, small
   * and unsigned integers the next signed type that holds them, all others stay.
   *
   * @throws FileFormatException if there is no such tensor or its type cannot be read
   */
  @Override
  public Tensor tensor(String name) throws IOException {
    return stored(name).tensor();
  }

  /**
   * Reads a tensor of any floating type as single precision: BF16 and F16 exactly, F64 rounded.
   *
   * @throws FileFormatException if there is no such tensor or it is not floating
   */
  @Override
  public float[] floats(String name) throws IOException {
    StoredTensor stored = stored(name);
    var values = new float[stored.entry().shape().size()];
    stored.floats(values, 0);
    return values;
  }

  /**
   * Reads a tensor as {@link #floats(String)} does into the caller's array.
   *
   * @throws IndexOutOfBoundsException if the array has too little room after {@code offset}
   */
  public void floats(String name, float[] into, int offset) throws IOException {
    stored(name).floats(into, offset);
  }

  @Override
  public void close() {
    file.close();
  }

  private StoredTensor stored(String name) throws FileFormatException {
    Entry entry = StoredTensor.wanted(file.path(), entries, name);
    return new StoredTensor(
        file.path(), entry, () -> data.asSlice(entry.begin(), entry.end() - entry.begin()));
  }

  private static int headerBytes(Path file, MemorySegment whole) throws FileFormatException {
    long length = whole.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
    long room = whole.byteSize() - LENGTH_BYTES;
    String header = "the header is said to have " + Long.toUnsignedString(length) + " bytes";
    if (length < 0 || length > room) {
      throw new FileFormatException(
          file, header + ", the file has only " + room + " more", DAMAGED);
    }
    if (length > MAX_HEADER_BYTES) {
      throw new FileFormatException(
          file, header + ", at most " + MAX_HEADER_BYTES + " are read", "split the file");
    }
    if (length == 0 || whole.get(ValueLayout.JAVA_BYTE, LENGTH_BYTES) != '{') {
      throw new FileFormatException(file, "the header does not begin with {", DAMAGED);
    }
    return (int) length;
  }

  private static InputStreamReader text(MemorySegment header) {
    // A fresh decoder reports malformed input, where a reader made from a charset replaces it.
    return new InputStreamReader(
        new SegmentInputStream(header), StandardCharsets.UTF_8.newDecoder());
  }
}
