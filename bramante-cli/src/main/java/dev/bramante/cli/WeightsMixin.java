package dev.bramante.cli;

import dev.bramante.models.Model;
import dev.bramante.pretrained.Pretrained;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where weights come from. */
final class WeightsMixin {
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights: safetensors, PyTorch's .pth, or a run's folder.")
  private Optional<Path> weights = Optional.empty();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Where in a training checkpoint the weights are (default: they are found).")
  private Optional<String> key = Optional.empty();

  /** The file or folder, if the user gave one. */
  Optional<Path> place() {
    return weights;
  }

  /** The file or folder, which the user has to give. */
  Path required() {
    return weights.orElseThrow(() -> new CommandException("which weights? Give --weights FILE"));
  }

  /** The key, if the user gave one. */
  Optional<String> key() {
    return key;
  }

  /** The weights for a model; what there is to say about them goes to {@code err}. */
  Pretrained read(Model model, HeadPolicy policy, long seed, PrintWriter err) throws IOException {
    Pretrained read = Pretrained.read(required(), key, model, policy, seed);
    read.notes().forEach(note -> err.println("note: " + note));
    return read;
  }
}
