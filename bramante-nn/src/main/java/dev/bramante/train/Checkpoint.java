package dev.bramante.train;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.NameReport;
import dev.bramante.io.SafeTensors;
import dev.bramante.io.TensorSource;
import dev.bramante.io.TensorSpec;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network's weights with what is needed to use them or to go on training: a safetensors file with
 * the weights under their names, further numbers for each weight (an optimizer's state, an average)
 * under {@code state/KIND/NAME}, and strings.
 *
 * @param weights by name, in the shapes of the ecosystem
 * @param state by kind and then name
 * @param metadata configuration and progress
 */
public record Checkpoint(
    Map<String, Tensor> weights,
    Map<String, Map<String, Tensor>> state,
    Map<String, String> metadata) {
  /** The kind of state that is a running average of the weights. */
  static final String AVERAGE = "average";

  private static final String STATE = "state/";
  private static final String FORMAT = "bramante";
  private static final String VERSION = "1";

  /** Writes the file, which holds the old content or the new one whatever happens. */
  public void write(Path file) throws IOException {
    Map<String, List<TensorSource>> sources = new LinkedHashMap<>();
    state.forEach((kind, values) -> sources.put(kind, sources(values)));
    write(file, sources(weights), sources, metadata);
  }

  private static List<TensorSource> sources(Map<String, Tensor> tensors) {
    return tensors.entrySet().stream()
        .map(named -> TensorSource.of(named.getKey(), named.getValue()))
        .toList();
  }

  /** The same of numbers that need not be there at once. */
  static void write(
      Path file,
      List<TensorSource> weights,
      Map<String, List<TensorSource>> state,
      Map<String, String> metadata)
      throws IOException {
    List<TensorSource> tensors = new ArrayList<>(weights);
    state.forEach((kind, values) ->
        values.forEach(value -> tensors.add(value.named(STATE + kind + "/" + value.name()))));
    Map<String, String> strings = new LinkedHashMap<>(metadata);
    strings.put(FORMAT, VERSION);
    SafeTensors.write(file, tensors, strings);
  }

  /** The strings of a file, among them the model and its settings. */
  public static Map<String, String> metadata(Path file) throws IOException {
    try (var open = SafeTensors.open(file)) {
      return checked(file, open.metadata());
    }
  }

  /**
   * Reads a file that was written for a network of these parameters.
   *
   * @throws FileFormatException if names or shapes are others; all are listed
   */
  public static Checkpoint read(Path file, Parameters parameters) throws IOException {
    try (var open = SafeTensors.open(file)) {
      checked(file, open.metadata());
      Map<String, TensorSpec> wanted = new LinkedHashMap<>();
      parameters
          .byName()
          .forEach((name, parameter) ->
              wanted.put(name, new TensorSpec(parameter.storedType(), parameter.storedShape())));
      Map<String, Map<String, Tensor>> state = new LinkedHashMap<>();
      for (var entry : open.entries()) {
        String[] parts = entry.name().split("/", 3);
        if (entry.name().startsWith(STATE) && parts.length == 3 && wanted.containsKey(parts[2])) {
          wanted.put(entry.name(), wanted.get(parts[2]));
        }
      }
      NameReport.compare(wanted, open).orThrow();
      Map<String, Tensor> weights = new LinkedHashMap<>();
      for (String name : wanted.keySet()) {
        String[] parts = name.split("/", 3);
        Map<String, Tensor> place =
            parts.length == 3
                ? state.computeIfAbsent(parts[1], kind -> new LinkedHashMap<>())
                : weights;
        place.put(parts[parts.length - 1], open.tensor(name));
      }
      return new Checkpoint(weights, state, open.metadata());
    }
  }

  /** The weights to use: their average, where there is one. */
  public Map<String, Tensor> best() {
    return state.getOrDefault(AVERAGE, weights);
  }

  private static Map<String, String> checked(Path file, Map<String, String> metadata)
      throws IOException {
    String version = metadata.get(FORMAT);
    if (!VERSION.equals(version)) {
      throw new FileFormatException(
          file,
          version == null
              ? "no checkpoint of a Bramante run"
              : "a checkpoint of version " + version + ", this program reads " + VERSION,
          "give a file from a run folder");
    }
    return metadata;
  }
}
