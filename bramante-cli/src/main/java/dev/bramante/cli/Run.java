package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.DataFacts;
import dev.bramante.train.Evaluator;
import dev.bramante.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A trained network.
 *
 * @param file the checkpoint that it is from
 * @param checkpoint its weights and strings
 * @param model the network
 * @param facts what it needs to know about its data
 * @param input the shape of one input
 */
record Run(Path file, Checkpoint checkpoint, Model model, DataFacts facts, Shape input) {
  /**
   * Opens a run's folder, or a checkpoint of a run.
   *
   * @throws IOException if it is none
   */
  static Run open(Path place) throws IOException {
    Path file = Files.isDirectory(place) ? inFolder(new RunFolder(place)) : place;
    var strings = Checkpoint.metadata(file);
    Model model = Models.from(strings);
    return new Run(
        file,
        Checkpoint.read(file, model.parameters()),
        model,
        DataFacts.fromMetadata(strings),
        RunSpec.input(strings));
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

  /** The network at work on batches of one size. */
  Evaluator evaluator(Engine engine, int batch) {
    return Evaluator.of(engine, model.network(), input, checkpoint.best(), batch);
  }
}
