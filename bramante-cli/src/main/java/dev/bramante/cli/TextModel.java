package dev.bramante.cli;

import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.Tokenizer;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A network of texts with its weights and its tokenizer.
 *
 * @param model the network
 * @param weights by name
 * @param kept what makes its ids
 * @param about what a run's checkpoint says; nothing for a model of others
 */
record TextModel(
    Model model, Map<String, Tensor> weights, KeptTokenizer kept, Map<String, String> about) {
  private static final Set<String> SIZES =
      Set.of(
          "vocab",
          "positions",
          "width",
          "layers",
          "heads",
          "mlp",
          "activation",
          "epsilon",
          "preNorm");

  /** What makes its ids. */
  Tokenizer tokenizer() {
    return kept.tokenizer();
  }

  /** Whether there is a run of ours whose network takes tokens. */
  static boolean isRun(Path place) throws IOException {
    boolean file = Files.isRegularFile(place) && KeptTokenizer.isIn(folder(place));
    if (!file && !hasCheckpoint(place)) {
      return false;
    }
    var model = Models.from(Checkpoint.metadata(Run.checkpoint(place)));
    return model.inputs().getFirst().dtype() == DType.I32;
  }

  /** The folder of a run, which a checkpoint lies in. */
  private static Path folder(Path place) {
    return Files.isRegularFile(place) ? place.toAbsolutePath().getParent() : place;
  }

  private static boolean hasCheckpoint(Path place) {
    var folder = new RunFolder(place);
    return Files.exists(folder.best()) || Files.exists(folder.last());
  }

  /**
   * Opens a run's folder, a checkpoint in one, or a folder as Hugging Face's libraries keep it.
   *
   * @throws IOException if it is neither, or network and tokenizer don't belong together
   */
  static TextModel open(Path place) throws IOException {
    Path folder = folder(place);
    KeptTokenizer kept = KeptTokenizer.read(folder);
    TextModel opened = hasCheckpoint(folder) ? run(place, kept) : foreign(folder, kept);
    int words = opened.model.config().integer("vocab");
    int size = kept.tokenizer().size();
    if (size > words) {
      throw new FileFormatException(
          folder,
          "the tokenizer has %d tokens, the model %d; they don't belong together"
              .formatted(size, words),
          "put the model's own tokenizer there");
    }
    return opened;
  }

  /**
   * The sizes of a folder's network, which another one that takes over its weights has to have.
   *
   * @throws IOException if the folder is none of a model
   */
  static Map<String, String> sizes(Path folder) throws IOException {
    Model model =
        hasCheckpoint(folder)
            ? Models.from(Checkpoint.metadata(Run.checkpoint(folder)))
            : HuggingFaceFolder.read(folder).model();
    Map<String, String> sizes = new LinkedHashMap<>(model.config().values());
    sizes.keySet().retainAll(SIZES);
    return sizes;
  }

  private static TextModel run(Path folder, KeptTokenizer kept) throws IOException {
    Path file = Run.checkpoint(folder);
    var about = Checkpoint.metadata(file);
    Model model = Models.from(about);
    return new TextModel(model, Checkpoint.read(file, model.parameters()).best(), kept, about);
  }

  private static TextModel foreign(Path folder, KeptTokenizer kept) throws IOException {
    var read = HuggingFaceFolder.read(folder);
    return new TextModel(read.model(), read.values(), kept, Map.of());
  }
}
