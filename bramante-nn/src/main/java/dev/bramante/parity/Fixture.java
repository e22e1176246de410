package dev.bramante.parity;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.io.Quote;
import dev.bramante.models.Architecture;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Reference values of one architecture, as a file of JSON holds them.
 *
 * @param name what to call it
 * @param config the architecture under {@code arch}, and its settings
 * @param tensors shapes by the ecosystem's names
 * @param parameters the number of learnt numbers
 * @param inputs what the network reads
 * @param target class ids
 * @param logits the output in evaluation mode
 * @param scale the largest magnitude among the logits
 * @param logitsError the largest error of PyTorch's float32
 * @param training what training computes; some references are of evaluation only
 */
record Fixture(
    String name,
    Map<String, String> config,
    Map<String, Shape> tensors,
    long parameters,
    List<Input> inputs,
    int[] target,
    Numbers logits,
    double scale,
    double logitsError,
    Optional<Training> training) {
  private static final long MAX_BYTES = 64L << 20;
  private static final String REMEDY = "give a file of reference values";

  /**
   * What training computes.
   *
   * @param loss the loss in training mode
   * @param gradients by the ecosystem's names
   * @param sgd losses before each step of SGD
   * @param adamw losses before each step of AdamW
   */
  record Training(double loss, Map<String, Numbers> gradients, Losses sgd, Losses adamw) {}

  /**
   * An input: numbers that are filled by the rule, or token ids.
   *
   * @param shape in the ecosystem's order, images as [N, C, H, W]
   */
  record Input(Shape shape, Optional<int[]> ids) {}

  /** Losses by step, in double precision and as PyTorch's float32 has them. */
  record Losses(double[] exact, double[] single) {}

  static Fixture read(Path file) throws IOException {
    if (InputFile.size(file) > MAX_BYTES) {
      throw new FileFormatException(file, "the file is too long", REMEDY);
    }
    JsonElement json;
    try {
      json = JsonParser.parseString(Files.readString(file));
    } catch (JsonParseException e) {
      throw new FileFormatException(file, "this is no JSON", REMEDY, e);
    } catch (CharacterCodingException e) {
      throw new FileFormatException(file, "this is no text in UTF-8", REMEDY, e);
    }
    try {
      requireKnown(file, json.getAsJsonObject());
      return of(json.getAsJsonObject());
    } catch (IllegalStateException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      throw new FileFormatException(file, "no reference values: " + reason(e), REMEDY, e);
    }
  }

  /** First of all, since references of other architectures have fields of other kinds. */
  private static void requireKnown(Path file, JsonObject json) throws FileFormatException {
    String wanted = architecture(field(json, "name").getAsString(), config(object(json, "config")));
    List<String> known = Models.all().stream().map(Architecture::name).toList();
    if (!known.contains(wanted)) {
      throw new FileFormatException(
          file,
          "there is no architecture " + Quote.clean(wanted),
          "known are " + String.join(", ", known));
    }
  }

  /** The first line of what the parser says; the rest is for programmers. */
  private static String reason(RuntimeException e) {
    Throwable said = e.getCause() == null ? e : e.getCause();
    return String.valueOf(said.getMessage())
        .lines()
        .findFirst()
        .map(Quote::clean)
        .orElse("a field is missing or of another kind");
  }

  private static Fixture of(JsonObject json) {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    object(json, "tensors").asMap().forEach((name, dims) -> tensors.put(name, shape(dims)));
    return new Fixture(
        field(json, "name").getAsString(),
        config(object(json, "config")),
        tensors,
        field(json, "parameters").getAsLong(),
        inputs(field(json, "inputs").getAsJsonArray()),
        flatInts(field(json, "target")),
        numbers(field(json, "eval_logits")),
        field(json, "eval_scale").getAsDouble(),
        field(json, "torch_float32_eval_error").getAsDouble(),
        json.has("train_loss") ? Optional.of(training(json)) : Optional.empty());
  }

  private static List<Input> inputs(JsonArray list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .map(Fixture::input)
        .toList();
  }

  private static Input input(JsonObject json) {
    Shape shape = shape(field(json, "shape"));
    Optional<int[]> ids =
        json.has("ids") ? Optional.of(flatInts(json.get("ids"))) : Optional.empty();
    if (ids.isPresent() && ids.get().length != shape.size()) {
      throw new IllegalArgumentException("the ids don't fill an input of " + shape);
    }
    return new Input(shape, ids);
  }

  /** Whole numbers in lists of any depth, row-major. */
  private static int[] flatInts(JsonElement json) {
    return json.isJsonArray()
        ? StreamSupport.stream(json.getAsJsonArray().spliterator(), false)
            .flatMapToInt(it -> Arrays.stream(flatInts(it)))
            .toArray()
        : new int[] {json.getAsInt()};
  }

  private static Training training(JsonObject json) {
    Map<String, Numbers> gradients = new LinkedHashMap<>();
    object(json, "grads").asMap().forEach((name, it) -> gradients.put(name, numbers(it)));
    return new Training(
        field(json, "train_loss").getAsDouble(),
        gradients,
        losses(json, "losses_sgd"),
        losses(json, "losses_adamw"));
  }

  /** The name of the architecture among our models. */
  String architecture() {
    return architecture(name, config);
  }

  private static String architecture(String name, Map<String, String> config) {
    return config.getOrDefault("arch", name);
  }

  private static JsonElement field(JsonObject json, String name) {
    if (!json.has(name)) {
      throw new IllegalArgumentException("there is no field \"" + name + "\"");
    }
    return json.get(name);
  }

  private static JsonObject object(JsonObject json, String name) {
    return field(json, name).getAsJsonObject();
  }

  private static Map<String, String> config(JsonObject json) {
    Map<String, String> config = new LinkedHashMap<>();
    json.asMap().forEach((key, value) -> config.put(key, text(value)));
    return config;
  }

  private static String text(JsonElement value) {
    return value instanceof JsonArray list
        ? StreamSupport.stream(list.spliterator(), false)
            .map(Fixture::text)
            .collect(Collectors.joining(","))
        : value.isJsonPrimitive() ? value.getAsString() : value.toString();
  }

  private static Shape shape(JsonElement dims) {
    return Shape.of(ints(dims));
  }

  private static int[] ints(JsonElement list) {
    return StreamSupport.stream(list.getAsJsonArray().spliterator(), false)
        .mapToInt(JsonElement::getAsInt)
        .toArray();
  }

  private static double[] doubles(JsonElement list) {
    return StreamSupport.stream(list.getAsJsonArray().spliterator(), false)
        .mapToDouble(JsonElement::getAsDouble)
        .toArray();
  }

  private static Numbers numbers(JsonElement json) {
    if (json.isJsonArray()) {
      return Numbers.all(doubles(json));
    }
    JsonObject summary = json.getAsJsonObject();
    return new Numbers(
        field(summary, "norm").getAsDouble(),
        field(summary, "sum").getAsDouble(),
        ints(field(summary, "at")),
        doubles(field(summary, "values")));
  }

  private static Losses losses(JsonObject json, String name) {
    double[] exact = doubles(field(json, name));
    double[] single = doubles(field(json, "torch_float32_" + name));
    if (exact.length != single.length) {
      throw new IllegalArgumentException(name + " and PyTorch's are not of one length");
    }
    return new Losses(exact, single);
  }
}
