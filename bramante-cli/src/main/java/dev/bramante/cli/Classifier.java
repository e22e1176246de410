package dev.bramante.cli;

import dev.bramante.data.Normalization;
import dev.bramante.data.image.Transforms;
import dev.bramante.io.FileFormatException;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.HuggingFaceFolder;
import dev.bramante.pretrained.ModelGuess;
import dev.bramante.pretrained.PictureInput;
import dev.bramante.pretrained.Pretrained;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.pretrained.WeightsFile;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.DataFacts;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that classifies pictures, with its weights and what it expects of a picture.
 *
 * @param model the network
 * @param weights its weights by name
 * @param classes their names
 * @param named whether somebody named them; otherwise they are numbered
 * @param pictures what is done to a picture and its pixels
 */
record Classifier(
    Model model,
    Map<String, Tensor> weights,
    List<String> classes,
    boolean named,
    PictureInput pictures) {
  /**
   * Opens weights.
   *
   * @param name of the model; empty to find it by the names and shapes of the weights
   * @param settings of the model
   * @param labels a file of the classes' names; empty for those that a run kept, or numbers
   */
  static Classifier open(
      WeightsMixin source,
      Optional<String> name,
      Map<String, String> settings,
      Optional<Path> labels,
      PrintWriter err)
      throws IOException {
    if (name.isPresent() && ForeignFolder.is(name.get())) {
      return foreign(ForeignFolder.of(source, name.get()), settings, labels, err);
    }
    Model model = model(source, name, settings);
    Shape input = pictures(model);
    Pretrained read = source.read(model, HeadPolicy.KEEP, 0, err);
    Optional<DataFacts> facts = facts(source.required(), read.metadata());
    int outputs = model.output().size();
    List<String> classes =
        labels.isPresent()
            ? Labels.read(labels.get(), outputs)
            : facts.map(DataFacts::classes).orElseGet(() -> Labels.numbers(outputs));
    requireClasses(source.required(), classes, outputs);
    Normalization normalization =
        facts.map(DataFacts::normalization).orElseGet(() -> usual(input.dim(2)));
    boolean named = labels.isPresent() || facts.isPresent();
    var view = new PictureInput(Transforms.eval(input.dim(0)), normalization);
    return new Classifier(model, read.values(), classes, named, view);
  }

  /** A folder of Hugging Face, which says itself what it knows and expects. */
  private static Classifier foreign(
      Path folder, Map<String, String> settings, Optional<Path> labels, PrintWriter err)
      throws IOException {
    var read = HuggingFaceFolder.read(folder, settings);
    Shape input = pictures(read.model());
    read.notes().forEach(note -> err.println("note: " + note));
    List<String> classes = Labels.of(folder, read, labels);
    var view = PictureInput.read(folder, input.dim(0), input.dim(2));
    boolean named = labels.isPresent() || read.labels().isPresent();
    return new Classifier(read.model(), read.values(), classes, named, view);
  }

  /** The shape of a picture that the network takes. */
  private static Shape pictures(Model model) {
    Shape input = model.input();
    if (input.rank() != 3 || input.dim(2) != 1 && input.dim(2) != 3) {
      throw new CommandException(
          model.name() + " takes " + input + ", no pictures; for texts give --text");
    }
    return input;
  }

  /** The same as a run that was trained on nothing that is known. */
  Run run() {
    return runOf(classes);
  }

  /** The same, with other names for its classes. */
  Run runOf(List<String> names) {
    var settings = new TrainSettings(TrainSettings.defaults());
    return new Run(
        model,
        weights,
        new DataFacts(names, pictures.normalization()),
        settings,
        "",
        model.input(),
        Optional.of(pictures.view()));
  }

  private static Model model(
      WeightsMixin source, Optional<String> name, Map<String, String> settings) throws IOException {
    if (name.isPresent()) {
      return Models.create(name.get(), settings);
    }
    if (!settings.isEmpty()) {
      throw new CommandException("--classes and --set change a --model; name it too");
    }
    try (var file = WeightsFile.open(source.required(), source.key())) {
      if (file.metadata().containsKey("model")) {
        return Models.from(file.metadata());
      }
      return ModelGuess.of(file)
          .orElseThrow(() ->
              new FileFormatException(
                  file.path(), "these are the weights of no model that is known", "give --model"));
    }
  }

  /** What a run of ours knows of its data. */
  private static Optional<DataFacts> facts(Path place, Map<String, String> metadata)
      throws IOException {
    if (!metadata.containsKey("data.classes")) {
      return Optional.empty();
    }
    try {
      return Optional.of(DataFacts.fromMetadata(metadata));
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(place, e.getMessage(), "give a checkpoint of a whole run", e);
    }
  }

  private static void requireClasses(Path place, List<String> classes, int outputs)
      throws FileFormatException {
    if (classes.size() != outputs) {
      throw new FileFormatException(
          place,
          "the network has %d outputs, but %d classes are named".formatted(outputs, classes.size()),
          "give a checkpoint of a whole run");
    }
  }

  /** ImageNet's for colours; grey pixels as they are. */
  private static Normalization usual(int channels) {
    return channels == 3
        ? Transforms.imagenet()
        : new Normalization(new float[] {0}, new float[] {1});
  }
}
