package dev.bramante.cli;

import dev.bramante.data.image.ImageTransform;
import dev.bramante.data.image.Transforms;
import dev.bramante.engine.Engine;
import dev.bramante.io.FileFormatException;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.DataFacts;
import dev.bramante.train.Evaluator;
import dev.bramante.train.Meter;
import dev.bramante.train.RunFolder;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A trained network.
 *
 * @param model the network
 * @param weights its weights by name
 * @param facts what it needs to know about its data
 * @param settings how it was trained
 * @param source where that data was from
 * @param input the shape of one input
 * @param prescribed what makes a picture an input, where the weights came with a word of it
 */
record Run(
    Model model,
    Map<String, Tensor> weights,
    DataFacts facts,
    TrainSettings settings,
    String source,
    Shape input,
    Optional<ImageTransform> prescribed) {
  /**
   * Opens a run's folder, or a checkpoint of a run.
   *
   * @throws IOException if it is none
   */
  static Run open(Path place) throws IOException {
    Path file = checkpoint(place);
    var strings = Checkpoint.metadata(file);
    try {
      Model model = Models.from(strings);
      DataFacts facts = DataFacts.fromMetadata(strings);
      requireClasses(model, facts);
      String source = RunSpec.from(strings).source();
      Shape input = RunSpec.input(strings);
      var weights = Checkpoint.read(file, model.parameters()).best();
      var settings = TrainSettings.fromMetadata(strings);
      return new Run(model, weights, facts, settings, source, input, Optional.empty());
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(file, e.getMessage(), "give a checkpoint of a whole run", e);
    }
  }

  /**
   * The file of weights of a run's folder, or of a file itself.
   *
   * @throws NoSuchFileException if there is none
   */
  static Path checkpoint(Path place) throws IOException {
    return Files.isDirectory(place) ? inFolder(new RunFolder(place)) : place;
  }

  private static void requireClasses(Model model, DataFacts facts) {
    int outputs = model.output().size();
    if (facts.classes().size() != outputs) {
      throw new IllegalArgumentException(
          "the network has %d outputs, but %d classes are named"
              .formatted(outputs, facts.classes().size()));
    }
  }

  /** The best weights; a run that was stopped in its first epoch has the last only. */
  private static Path inFolder(RunFolder folder) throws IOException {
    if (Files.exists(folder.best())) {
      return folder.best();
    }
    if (Files.exists(folder.last())) {
      return folder.last();
    }
    throw new NoSuchFileException(
        folder.path().toString(), null, "there are no weights; is this a run's folder?");
  }

  /** What makes a picture an input: as prescribed, or scaled and cut as torchvision does. */
  ImageTransform view() {
    return prescribed.orElseGet(() -> Transforms.eval(input.dim(0)));
  }

  /** How many numbers the network predicts, none if it tells classes apart. */
  int targets() {
    return facts.targets().isPresent() ? facts.classes().size() : 0;
  }

  /** What measures the network, on batches of one size. */
  Meter meter(Engine engine, int batch) {
    return Meter.of(engine, model.network(), input, weights, facts, settings, batch);
  }

  /** The network at work on batches of one size. */
  Evaluator evaluator(Engine engine, int batch) {
    return Evaluator.of(engine, model.network(), input, weights, batch);
  }
}
