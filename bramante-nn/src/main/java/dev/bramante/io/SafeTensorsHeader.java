package dev.bramante.io;

import static dev.bramante.io.Quote.clean;
import static dev.bramante.io.Quote.quote;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.bramante.tensor.Shape;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the JSON header of a safetensors file and checks it against the length of the data: each
 * entry's type, shape and byte range agree, and the ranges cover the data without gap or overlap.
 */
final class SafeTensorsHeader {
  static final String METADATA = "__metadata__";
  private static final int MAX_RANK = 32;
  private static final String DAMAGED = "the file is damaged or no safetensors file, get it again";

  private final String file;
  private final JsonReader json;
  private final long dataBytes;
  private final List<SafeTensors.Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafeTensorsHeader(String file, Reader header, long dataBytes) {
    this.file = file;
    this.json = new JsonReader(header);
    this.json.setStrictness(Strictness.STRICT);
    this.dataBytes = dataBytes;
  }

  /** The entries in the order of their data, and the metadata. */
  record Content(List<SafeTensors.Entry> entries, Map<String, String> metadata) {}

  /**
   * Parses and checks a header.
   *
   * @param file the name for messages
   * @param header the JSON text; its decoder must report malformed input
   * @param dataBytes the number of bytes that follow the header
   */
  static Content parse(String file, Reader header, long dataBytes) throws IOException {
    var parser = new SafeTensorsHeader(file, header, dataBytes);
    try {
      parser.object();
    } catch (MalformedJsonException | EOFException | IllegalStateException notJson) {
      throw parser.wrong(
          "the header is not valid JSON at " + clean(parser.json.getPath()), notJson);
    } catch (CharacterCodingException notText) {
      throw parser.wrong("the header is not UTF-8 text", notText);
    }
    parser.entries.sort(
        Comparator.comparingLong(SafeTensors.Entry::begin)
            .thenComparingLong(SafeTensors.Entry::end)
            .thenComparing(SafeTensors.Entry::name));
    parser.checkCoverage();
    return new Content(List.copyOf(parser.entries), Collections.unmodifiableMap(parser.metadata));
  }

  private void object() throws IOException {
    Set<String> names = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (!names.add(name)) {
        throw wrong("the name " + quote(name) + " occurs twice");
      }
      if (name.equals(METADATA)) {
        metadata();
      } else {
        entries.add(entry(name));
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw wrong("something follows the JSON object of the header");
    }
  }

  private void metadata() throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      if (json.peek() != JsonToken.STRING) {
        throw wrong("the metadata " + quote(key) + " is not a string");
      }
      if (metadata.put(key, json.nextString()) != null) {
        throw wrong("the metadata " + quote(key) + " occurs twice");
      }
    }
    json.endObject();
  }

  private SafeTensors.Entry entry(String name) throws IOException {
    String dtype = null;
    long[] dims = null;
    long[] range = null;
    expect(JsonToken.BEGIN_OBJECT, name, "a description");
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      if (key.equals("dtype") && dtype == null) {
        expect(JsonToken.STRING, name, "a type name");
        dtype = json.nextString();
      } else if (key.equals("shape") && dims == null) {
        dims = numbers(name, "shape");
      } else if (key.equals("data_offsets") && range == null) {
        range = numbers(name, "data_offsets");
      } else {
        throw wrong("tensor " + quote(name) + " has an unknown or repeated key " + quote(key));
      }
    }
    json.endObject();
    if (dtype == null || dims == null || range == null) {
      throw wrong("tensor " + quote(name) + " lacks dtype, shape or data_offsets");
    }
    return checked(name, type(name, dtype), dims, range);
  }

  private StorageType type(String name, String dtype) throws FileFormatException {
    for (var type : StorageType.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw new FileFormatException(
        file,
        "tensor " + quote(name) + " has the unknown type " + quote(dtype),
        "known are " + Arrays.toString(StorageType.values()));
  }

  private long[] numbers(String name, String what) throws IOException {
    var values = new long[4];
    int count = 0;
    expect(JsonToken.BEGIN_ARRAY, name, "an array of numbers as " + what);
    json.beginArray();
    while (json.hasNext()) {
      expect(JsonToken.NUMBER, name, "numbers only in " + what);
      if (count == MAX_RANK) {
        throw wrong("tensor " + quote(name) + " has more than " + MAX_RANK + " numbers in " + what);
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = number(name, what, json.nextString());
    }
    json.endArray();
    return Arrays.copyOf(values, count);
  }

  /** Digits only: JSON's 1.0, 1e3 and -1 are numbers too, but no sizes. */
  private long number(String name, String what, String digits) throws FileFormatException {
    if (digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw wrong("tensor " + quote(name) + " has " + quote(digits) + " in " + what);
    }
    return Long.parseLong(digits);
  }

  private void expect(JsonToken token, String name, String what) throws IOException {
    if (json.peek() != token) {
      throw wrong("tensor " + quote(name) + " must have " + what);
    }
  }

  private SafeTensors.Entry checked(String name, StorageType type, long[] dims, long[] range)
      throws FileFormatException {
    String tensor = "tensor " + quote(name) + " " + type + Arrays.toString(dims);
    if (range.length != 2 || range[0] > range[1]) {
      throw wrong(tensor + " has data_offsets " + Arrays.toString(range) + ", not [begin, end]");
    }
    if (range[1] > dataBytes) {
      throw wrong(
          tensor + " ends at byte " + range[1] + " of the data, which has only " + dataBytes);
    }
    Shape shape = shape(tensor, dims);
    long bytes = (long) shape.size() * type.bytes();
    if (range[1] - range[0] != bytes) {
      throw wrong(tensor + " needs " + bytes + " bytes, its range has " + (range[1] - range[0]));
    }
    return new SafeTensors.Entry(name, type, shape, range[0], range[1]);
  }

  private Shape shape(String tensor, long[] dims) throws FileFormatException {
    var sizes = new int[dims.length];
    try {
      for (int i = 0; i < dims.length; i++) {
        sizes[i] = Math.toIntExact(dims[i]);
      }
      return Shape.of(sizes);
    } catch (ArithmeticException | IllegalArgumentException tooLarge) {
      throw new FileFormatException(
          file, tensor + " has more elements than a Java array can hold", "split it", tooLarge);
    }
  }

  private void checkCoverage() throws FileFormatException {
    long end = 0;
    String before = "the header";
    for (var entry : entries) {
      String name = "tensor " + quote(entry.name());
      if (entry.begin() < end) {
        throw wrong(name + " begins at byte " + entry.begin() + " and overlaps " + before);
      }
      if (entry.begin() > end) {
        throw wrong((entry.begin() - end) + " unused bytes between " + before + " and " + name);
      }
      end = entry.end();
      before = name;
    }
    if (end != dataBytes) {
      throw wrong((dataBytes - end) + " bytes too many after " + before);
    }
  }

  private FileFormatException wrong(String problem) {
    return new FileFormatException(file, problem, DAMAGED);
  }

  private FileFormatException wrong(String problem, Throwable cause) {
    return new FileFormatException(file, problem, DAMAGED, cause);
  }
}
