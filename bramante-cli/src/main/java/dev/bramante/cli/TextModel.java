package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.io.FileFormatException;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.HuggingFaceFolder;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A network of texts with its weights and its tokenizer.
 *
 * @param model the network
 * @param weights by name
 * @param tokenizer what makes its ids
 * @param about what a run's checkpoint says; nothing for a model of others
 */
record TextModel(
    Model model, Map<String, Tensor> weights, Tokenizer tokenizer, Map<String, String> about) {
  /** Whether there is a run of ours whose network takes tokens. */
  static boolean isRun(Path place) throws IOException {
    if (!hasCheckpoint(place)) {
      return false;
    }
    var model = Models.from(Checkpoint.metadata(Run.checkpoint(place)));
    return model.inputs().getFirst().dtype() == DType.I32;
  }

  private static boolean hasCheckpoint(Path place) {
    var folder = new RunFolder(place);
    return Files.exists(folder.best()) || Files.exists(folder.last());
  }

  /**
   * Opens a run's folder, or a folder as Hugging Face's libraries keep it.
   *
   * @throws IOException if it is neither, or network and tokenizer don't belong together
   */
  static TextModel open(Path folder) throws IOException {
    Tokenizer tokenizer = Tokenizers.read(folder);
    TextModel opened = hasCheckpoint(folder) ? run(folder, tokenizer) : foreign(folder, tokenizer);
    int words = opened.model.config().integer("vocab");
    if (tokenizer.size() > words) {
      throw new FileFormatException(
          folder,
          "the tokenizer has %d tokens, the model %d; they don't belong together"
              .formatted(tokenizer.size(), words),
          "put the model's own tokenizer there");
    }
    return opened;
  }

  private static TextModel run(Path folder, Tokenizer tokenizer) throws IOException {
    Path file = Run.checkpoint(folder);
    var about = Checkpoint.metadata(file);
    Model model = Models.from(about);
    return new TextModel(model, Checkpoint.read(file, model.parameters()).best(), tokenizer, about);
  }

  private static TextModel foreign(Path folder, Tokenizer tokenizer) throws IOException {
    var read = HuggingFaceFolder.read(folder);
    return new TextModel(read.model(), read.values(), tokenizer, Map.of());
  }
}
