package dev.bramante.pretrained;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import dev.bramante.models.Model;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model as Hugging Face's libraries keep it: a folder of {@code config.json} and weights, which
 * are {@code model.safetensors}, or parts of that with an index, or {@code pytorch_model.bin}, or
 * {@code model.onnx}.
 *
 * @param model the network that the configuration describes
 * @param values all that it holds, by name, as checkpoints have it
 * @param labels the names of the classes, where it is a classifier that has them
 * @param notes what was left out of the weights, in words
 */
public record HuggingFaceFolder(
    Model model, Map<String, Tensor> values, Optional<List<String>> labels, List<String> notes) {
  private static final String CONFIG = "config.json";

  /** Whether a folder is one: runs of ours have a {@code config.json} too. */
  public static boolean is(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    return Files.exists(config) && Json.read(config).has("model_type");
  }

  /** Reads a model with the head that its weights have. */
  public static HuggingFaceFolder read(Path folder) throws IOException {
    return read(folder, Map.of());
  }

  /**
   * Reads a model.
   *
   * @param settings of the network, which go before what the configuration says: {@code head}, say
   * @throws FileFormatException if the architecture is unknown, or the weights don't fit it: all
   *     differences are listed
   * @throws IOException if a file is missing or can't be read
   */
  public static HuggingFaceFolder read(Path folder, Map<String, String> settings)
      throws IOException {
    Json config = Json.read(folder.resolve(CONFIG));
    Model model = HuggingFaceConfig.model(config, settings);
    try (var file = WeightsFile.open(folder, Optional.empty())) {
      Pretrained read = Pretrained.read(file, model, HeadPolicy.KEEP, 0);
      return new HuggingFaceFolder(
          model, read.values(), HuggingFaceConfig.labels(config), read.notes());
    }
  }
}
