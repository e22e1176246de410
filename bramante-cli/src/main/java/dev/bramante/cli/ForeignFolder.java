package dev.bramante.cli;

import dev.bramante.pretrained.HuggingFaceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Folders of Hugging Face that are given where models have names. */
final class ForeignFolder {
  private ForeignFolder() {}

  /** Whether a model's name is that of a folder. */
  static boolean is(String model) {
    try {
      return Files.isDirectory(Path.of(model));
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  /**
   * The folder.
   *
   * @throws CommandException if there is no model in it, or other weights are given too
   */
  static Path of(WeightsMixin weights, String model) throws IOException {
    Path folder = Path.of(model);
    if (!HuggingFaceFolder.is(folder)) {
      throw new CommandException(
          folder + ": there is no config.json with a model_type; give a run as --weights");
    }
    if (weights.place().isPresent()) {
      throw new CommandException(
          model + " has its own weights; leave --weights out, or name a model of ours");
    }
    return folder;
  }
}
