package dev.bramante.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which classifier to use: weights of ours or of others, and what they don't say themselves. */
final class ClassifierMixin {
  @Option(
      names = "--model",
      paramLabel = "NAME|DIR",
      description =
          "The model (default: found), or a folder of Hugging Face with model and weights.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the model; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--classes", paramLabel = "N", description = "The model's number of classes.")
  private Optional<Integer> classes = Optional.empty();

  @Option(names = "--labels", paramLabel = "FILE", description = "The names of the classes.")
  private Optional<Path> labels = Optional.empty();

  @Mixin private WeightsMixin weights;

  /** Where the weights are, if the user said so. */
  Optional<Path> place() {
    return model.filter(ForeignFolder::is).map(Path::of).or(weights::place);
  }

  /** The classifier; what there is to say about its weights goes to {@code err}. */
  Classifier open(PrintWriter err) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(settings);
    classes.ifPresent(n -> all.put("classes", Integer.toString(n)));
    return Classifier.open(weights, model, all, labels, err);
  }

  /** The classifier of texts, which is a folder of Hugging Face or a run. */
  TextClassifier openTexts() throws IOException {
    Path place =
        weights
            .place()
            .or(() -> model.map(Path::of))
            .orElseThrow(() -> new CommandException("which model? Give --model DIR"));
    if (!settings.isEmpty() || classes.isPresent()) {
      throw new CommandException("a classifier of texts has its own settings; leave them out");
    }
    return TextClassifier.open(place, labels);
  }
}
