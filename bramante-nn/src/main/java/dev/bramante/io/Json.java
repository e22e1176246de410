package dev.bramante.io;

import static dev.bramante.io.Quote.clean;
import static dev.bramante.io.Quote.quote;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value in a JSON file, which knows its file and its place in it, so that whatever is wrong with
 * it can be told. Nothing outside is trusted: each accessor checks the type.
 */
public final class Json {
  private static final long MAX_BYTES = 1L << 28;
  private static final Gson GSON = new Gson();

  private final String file;
  private final String place;
  private final JsonElement element;

  private Json(String file, String place, JsonElement element) {
    this.file = file;
    this.place = place;
    this.element = element;
  }

  /**
   * Reads a file of one JSON value in UTF-8.
   *
   * @throws FileFormatException if it holds something else, or more than 256 MB
   * @throws IOException if it cannot be read
   */
  public static Json read(Path file) throws IOException {
    if (InputFile.size(file) > MAX_BYTES) {
      throw new FileFormatException(
          file, "the file has more than " + MAX_BYTES + " bytes", "check that it's the right one");
    }
    var decoder = StandardCharsets.UTF_8.newDecoder();
    try (var text = new InputStreamReader(Files.newInputStream(file), decoder)) {
      return parse(file.toString(), text);
    }
  }

  /**
   * Parses one JSON value.
   *
   * @param file the name for messages
   * @param text whose decoder must report malformed input
   */
  public static Json parse(String file, Reader text) throws IOException {
    var reader = new JsonReader(text);
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement element = GSON.getAdapter(JsonElement.class).read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new FileFormatException(file, "something follows the JSON value", "remove it");
      }
      return new Json(file, "", element);
    } catch (CharacterCodingException notText) {
      throw new FileFormatException(file, "not UTF-8 text", "save it in that encoding", notText);
    } catch (FileFormatException told) {
      throw told;
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      throw new FileFormatException(
          file, "not valid JSON at " + clean(reader.getPath()), "get the file again", e);
    }
  }

  /** Whether this is an object with the key, whose value isn't null. */
  public boolean has(String key) {
    return element instanceof JsonObject object && object.has(key) && !object.get(key).isJsonNull();
  }

  /** The value of a key, if it's there and not null. */
  public Optional<Json> find(String key) throws FileFormatException {
    object();
    return has(key) ? Optional.of(child(key)) : Optional.empty();
  }

  /** The value of a key that must be there. */
  public Json get(String key) throws FileFormatException {
    return find(key).orElseThrow(() -> wrong("the key " + quote(key) + " is missing"));
  }

  /** The members of an object in their order. */
  public Map<String, Json> members() throws FileFormatException {
    var members = new LinkedHashMap<String, Json>();
    for (String key : object().keySet()) {
      members.put(key, child(key));
    }
    return members;
  }

  /** The elements of an array. */
  public List<Json> elements() throws FileFormatException {
    if (!(element instanceof JsonArray array)) {
      throw wrong("expected an array");
    }
    var elements = new ArrayList<Json>();
    for (int i = 0; i < array.size(); i++) {
      elements.add(new Json(file, place + "[" + i + "]", array.get(i)));
    }
    return elements;
  }

  /** Whether this is text. */
  public boolean isText() {
    return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
  }

  /** Whether this is an object. */
  public boolean isObject() {
    return element.isJsonObject();
  }

  /** Whether this is an array. */
  public boolean isArray() {
    return element.isJsonArray();
  }

  /** A string. */
  public String text() throws FileFormatException {
    if (!isText()) {
      throw wrong("expected a string");
    }
    return element.getAsString();
  }

  /** A number. */
  public double number() throws FileFormatException {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isNumber()) {
      throw wrong("expected a number");
    }
    return element.getAsDouble();
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(int min, int max) throws FileFormatException {
    double value = number();
    if (value != Math.rint(value) || value < min || value > max) {
      throw wrong("expected a whole number from " + min + " to " + max + ", not " + value);
    }
    return (int) value;
  }

  /** True or false. */
  public boolean bool() throws FileFormatException {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
      throw wrong("expected true or false");
    }
    return element.getAsBoolean();
  }

  /** The text of a key, or another where it is missing. */
  public String text(String key, String otherwise) throws FileFormatException {
    return has(key) ? get(key).text() : otherwise;
  }

  /** The truth of a key, or another where it is missing. */
  public boolean bool(String key, boolean otherwise) throws FileFormatException {
    return has(key) ? get(key).bool() : otherwise;
  }

  /** An error about this value. */
  public FileFormatException wrong(String problem) {
    return wrong(problem, "get the file again, or correct it");
  }

  /** An error about this value with its own remedy. */
  public FileFormatException wrong(String problem, String remedy) {
    return new FileFormatException(
        file, place.isEmpty() ? problem : clean(place) + ": " + problem, remedy);
  }

  private JsonObject object() throws FileFormatException {
    if (!(element instanceof JsonObject object)) {
      throw wrong("expected an object");
    }
    return object;
  }

  private Json child(String key) throws FileFormatException {
    return new Json(file, place.isEmpty() ? key : place + "." + key, object().get(key));
  }

  @Override
  public String toString() {
    return element.toString();
  }
}
