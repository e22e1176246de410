package dev.bramante.parity;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import dev.bramante.io.Quote;
import dev.bramante.models.Architecture;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

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
    Json json = Json.read(file);
    requireKnown(json);
    try {
      return of(json);
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(file, "no reference values: " + e.getMessage(), REMEDY, e);
    }
  }

  /** First of all, since references of other architectures have fields of other kinds. */
  private static void requireKnown(Json json) throws FileFormatException {
    String wanted = architecture(json.get("name").text(), config(json.get("config")));
    List<String> known = Models.all().stream().map(Architecture::name).toList();
    if (!known.contains(wanted)) {
      throw json.wrong(
          "there is no architecture " + Quote.clean(wanted),
          "known are " + String.join(", ", known));
    }
  }

  private static Fixture of(Json json) throws FileFormatException {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    for (var tensor : json.get("tensors").members().entrySet()) {
      tensors.put(tensor.getKey(), shape(tensor.getValue()));
    }
    List<Input> inputs = new ArrayList<>();
    for (Json input : json.get("inputs").elements()) {
      inputs.add(input(input));
    }
    return new Fixture(
        json.get("name").text(),
        config(json.get("config")),
        tensors,
        (long) json.get("parameters").number(),
        List.copyOf(inputs),
        flatInts(json.get("target")),
        numbers(json.get("eval_logits")),
        json.get("eval_scale").number(),
        json.get("torch_float32_eval_error").number(),
        json.has("train_loss") ? Optional.of(training(json)) : Optional.empty());
  }

  private static Input input(Json json) throws FileFormatException {
    Shape shape = shape(json.get("shape"));
    if (!json.has("ids")) {
      return new Input(shape, Optional.empty());
    }
    int[] ids = flatInts(json.get("ids"));
    if (ids.length != shape.size()) {
      throw json.wrong("the ids don't fill an input of " + shape, REMEDY);
    }
    return new Input(shape, Optional.of(ids));
  }

  /** Whole numbers in lists of any depth, row-major. */
  private static int[] flatInts(Json json) throws FileFormatException {
    if (!json.isArray()) {
      return new int[] {json.integer(Integer.MIN_VALUE, Integer.MAX_VALUE)};
    }
    IntStream.Builder all = IntStream.builder();
    for (Json element : json.elements()) {
      for (int number : flatInts(element)) {
        all.add(number);
      }
    }
    return all.build().toArray();
  }

  private static Training training(Json json) throws FileFormatException {
    Map<String, Numbers> gradients = new LinkedHashMap<>();
    for (var gradient : json.get("grads").members().entrySet()) {
      gradients.put(gradient.getKey(), numbers(gradient.getValue()));
    }
    return new Training(
        json.get("train_loss").number(),
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

  private static Map<String, String> config(Json json) throws FileFormatException {
    Map<String, String> config = new LinkedHashMap<>();
    for (var setting : json.members().entrySet()) {
      config.put(setting.getKey(), text(setting.getValue()));
    }
    return config;
  }

  private static String text(Json value) throws FileFormatException {
    if (!value.isArray()) {
      return value.isText() ? value.text() : value.toString();
    }
    var texts = new ArrayList<String>();
    for (Json element : value.elements()) {
      texts.add(text(element));
    }
    return String.join(",", texts);
  }

  private static Shape shape(Json dims) throws FileFormatException {
    return Shape.of(flatInts(dims));
  }

  private static double[] doubles(Json list) throws FileFormatException {
    List<Json> elements = list.elements();
    double[] values = new double[elements.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = elements.get(i).number();
    }
    return values;
  }

  private static Numbers numbers(Json json) throws FileFormatException {
    return json.isArray()
        ? Numbers.all(doubles(json))
        : new Numbers(
            json.get("norm").number(),
            json.get("sum").number(),
            flatInts(json.get("at")),
            doubles(json.get("values")));
  }

  private static Losses losses(Json json, String name) throws FileFormatException {
    double[] exact = doubles(json.get(name));
    double[] single = doubles(json.get("torch_float32_" + name));
    if (exact.length != single.length) {
      throw json.wrong(name + " and PyTorch's are not of one length", REMEDY);
    }
    return new Losses(exact, single);
  }
}
