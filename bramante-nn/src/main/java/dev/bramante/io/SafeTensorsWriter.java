package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files. Tensors are laid out by falling element size, then by name, so that
 * each begins at a multiple of its element size and the same tensors always give the same bytes.
 */
final class SafeTensorsWriter {
  /** The data begin at a multiple of a cache line, so that mapped vectors load aligned. */
  private static final int ALIGNMENT = 64;

  private SafeTensorsWriter() {}

  static void write(Path file, List<TensorSource> tensors, Map<String, String> metadata)
      throws IOException {
    List<TensorSource> ordered = order(tensors);
    byte[] header = header(file, ordered, metadata);
    AtomicFile.write(
        file,
        channel -> {
          var buffer = TensorBytes.buffer();
          buffer.putLong(0, header.length);
          AtomicFile.writeFully(channel, buffer.limit(8));
          AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
          for (TensorSource source : ordered) {
            TensorBytes.each(source.tensor(), buffer, b -> AtomicFile.writeFully(channel, b));
          }
        });
  }

  private static List<TensorSource> order(List<TensorSource> tensors) {
    Comparator<TensorSource> byElementSize =
        Comparator.comparingInt(source -> -source.spec().dtype().bytes());
    return tensors.stream().sorted(byElementSize.thenComparing(TensorSource::name)).toList();
  }

  private static byte[] header(Path file, List<TensorSource> ordered, Map<String, String> metadata)
      throws IOException {
    var text = new StringWriter();
    var json = new JsonWriter(text);
    json.beginObject();
    if (!metadata.isEmpty()) {
      json.name(SafeTensorsHeader.METADATA).beginObject();
      for (var pair : new TreeMap<>(metadata).entrySet()) {
        json.name(pair.getKey()).value(pair.getValue());
      }
      json.endObject();
    }
    long offset = 0;
    for (TensorSource source : ordered) {
      if (source.name().equals(SafeTensorsHeader.METADATA)) {
        throw new IllegalArgumentException("no tensor may be named " + quote(source.name()));
      }
      offset = describe(json, source.name(), source.spec(), offset);
    }
    json.endObject();
    return padded(file, encoded(text.toString()));
  }

  /** Writes one tensor's entry and returns the offset after its data. */
  private static long describe(JsonWriter json, String name, TensorSpec tensor, long offset)
      throws IOException {
    long end = offset + (long) tensor.shape().size() * tensor.dtype().bytes();
    json.name(name).beginObject();
    json.name("dtype").value(StorageType.of(tensor.dtype()).name());
    json.name("shape").beginArray();
    for (int dim : tensor.shape().dims()) {
      json.value(dim);
    }
    json.endArray();
    json.name("data_offsets").beginArray().value(offset).value(end).endArray();
    json.endObject();
    return end;
  }

  private static ByteBuffer encoded(String header) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(header));
    } catch (CharacterCodingException notText) {
      throw new IllegalArgumentException("a name or the metadata is not valid Unicode", notText);
    }
  }

  private static byte[] padded(Path file, ByteBuffer header) throws IOException {
    int length = header.remaining();
    int padded = Math.ceilDiv(8 + length, ALIGNMENT) * ALIGNMENT - 8;
    if (padded > SafeTensors.MAX_HEADER_BYTES) {
      throw new FileFormatException(
          file,
          "the header would have " + padded + " bytes, more than could be read again",
          "write several files");
    }
    var bytes = new byte[padded];
    header.get(bytes, 0, length);
    Arrays.fill(bytes, length, padded, (byte) ' ');
    return bytes;
  }
}
