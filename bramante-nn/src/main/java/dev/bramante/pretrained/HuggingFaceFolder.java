package dev.bramante.pretrained;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import dev.bramante.io.NameReport;
import dev.bramante.io.TensorFile;
import dev.bramante.io.TensorSpec;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A model as Hugging Face's libraries keep it: a folder of {@code config.json} and weights, which
 * are {@code model.safetensors}, or parts of that with an index, or {@code pytorch_model.bin}.
 *
 * @param model the network that the configuration describes
 * @param values all that it holds, by name, as checkpoints have it
 */
public record HuggingFaceFolder(Model model, Map<String, Tensor> values) {
  private static final int LARGEST = 1 << 20;

  /** Whether a folder is one. */
  public static boolean is(Path folder) {
    return Files.exists(folder.resolve("config.json"));
  }

  /**
   * Reads a model.
   *
   * @throws FileFormatException if the architecture is unknown, or the weights don't fit it: all
   *     differences are listed
   * @throws IOException if a file is missing or can't be read
   */
  public static HuggingFaceFolder read(Path folder) throws IOException {
    Json config = Json.read(folder.resolve("config.json"));
    Family family = Family.of(config);
    Model model = family.model(config);
    Map<String, Path> files = files(folder);
    var open = new LinkedHashMap<Path, TensorFile>();
    try {
      for (Path file : new TreeSet<>(files.values())) {
        open.put(file, TensorFile.open(file, Optional.empty()));
      }
      return new HuggingFaceFolder(model, values(folder, family, model, open));
    } finally {
      open.values().forEach(TensorFile::close);
    }
  }

  /** The files of weights. */
  private static Map<String, Path> files(Path folder) throws IOException {
    for (String name : List.of("model.safetensors", "pytorch_model.bin")) {
      if (Files.exists(folder.resolve(name))) {
        return Map.of(name, folder.resolve(name));
      }
      Path index = folder.resolve(name + ".index.json");
      if (Files.exists(index)) {
        return parts(folder, Json.read(index));
      }
    }
    throw new NoSuchFileException(
        folder.toString(),
        null,
        "there are no weights; model.safetensors, its index, or pytorch_model.bin should be there");
  }

  private static Map<String, Path> parts(Path folder, Json index) throws IOException {
    var files = new LinkedHashMap<String, Path>();
    var missing = new TreeSet<String>();
    for (Json file : index.get("weight_map").members().values()) {
      Path part = folder.resolve(file.text());
      if (!folder.equals(part.getParent())) {
        throw file.wrong("the part " + quote(file.text()) + " isn't beside the index");
      }
      files.put(file.text(), part);
      if (!Files.exists(part)) {
        missing.add(file.text());
      }
    }
    if (!missing.isEmpty()) {
      throw index.wrong("parts of the weights are missing: " + missing, "get them too");
    }
    return files;
  }

  private static Map<String, Tensor> values(
      Path folder, Family family, Model model, Map<Path, TensorFile> files) throws IOException {
    Map<String, Parameter> parameters = model.parameters().byName();
    var found = new LinkedHashMap<String, TensorFile.Entry>();
    var sources = new LinkedHashMap<String, TensorFile>();
    for (TensorFile file : files.values()) {
      for (TensorFile.Entry entry : file.entries()) {
        family
            .ours(entry.name())
            .ifPresent(name -> {
              found.put(name, entry);
              sources.put(name, file);
            });
      }
    }
    var wanted = new LinkedHashMap<String, TensorSpec>();
    parameters.forEach(
        (name, p) -> wanted.put(name, new TensorSpec(p.storedType(), p.storedShape())));
    NameReport.compare(wanted, folder, found).orThrow();
    var values = new LinkedHashMap<String, Tensor>();
    for (var entry : parameters.entrySet()) {
      float[] numbers = sources.get(entry.getKey()).floats(found.get(entry.getKey()).name());
      values.put(entry.getKey(), Tensor.of(entry.getValue().storedShape(), numbers));
    }
    return values;
  }

  /** The architectures that are known, by {@code model_type}. */
  private enum Family {
    GPT2 {
      @Override
      Model model(Json config) throws FileFormatException {
        var settings = new LinkedHashMap<String, String>();
        copy(config, "vocab_size", settings, "vocab");
        copy(config, "n_positions", settings, "positions");
        copy(config, "n_positions", settings, "length");
        copy(config, "n_embd", settings, "width");
        copy(config, "n_layer", settings, "layers");
        copy(config, "n_head", settings, "heads");
        String activation = config.text("activation_function", "gelu_new");
        if (!activation.equals("gelu_new") || config.has("n_inner")) {
          throw config.wrong(
              "a GPT-2 with activation " + quote(activation) + " or another inner width",
              "only gelu_new and four times the width are known");
        }
        return Models.create("gpt", settings);
      }

      /** Masks are no weights, the read-out is the embedding. */
      @Override
      Optional<String> ours(String name) {
        if (name.endsWith(".attn.bias")
            || name.endsWith(".attn.masked_bias")
            || name.equals("lm_head.weight")) {
          return Optional.empty();
        }
        return Optional.of(name.startsWith("transformer.") ? name : "transformer." + name);
      }
    },
    BERT {
      @Override
      Model model(Json config) throws FileFormatException {
        var settings = new LinkedHashMap<String, String>();
        copy(config, "vocab_size", settings, "vocab");
        copy(config, "max_position_embeddings", settings, "positions");
        copy(config, "hidden_size", settings, "width");
        copy(config, "num_hidden_layers", settings, "layers");
        copy(config, "num_attention_heads", settings, "heads");
        copy(config, "intermediate_size", settings, "mlp");
        if (config.has("id2label")) {
          settings.put("classes", Integer.toString(config.get("id2label").members().size()));
        }
        return Models.create("bert", settings);
      }

      /** Old files call a normalisation's weight and bias gamma and beta. */
      @Override
      Optional<String> ours(String name) {
        if (name.endsWith("position_ids") || name.startsWith("cls.")) {
          return Optional.empty();
        }
        String now = name.replace(".gamma", ".weight").replace(".beta", ".bias");
        boolean bare = now.startsWith("embeddings.") || now.startsWith("encoder.");
        return Optional.of(bare || now.startsWith("pooler.") ? "bert." + now : now);
      }
    };

    abstract Model model(Json config) throws FileFormatException;

    /** Our name for a tensor of a file; none for what isn't a weight. */
    abstract Optional<String> ours(String name);

    static Family of(Json config) throws FileFormatException {
      String type = config.get("model_type").text();
      return switch (type) {
        case "gpt2" -> GPT2;
        case "bert" -> BERT;
        default ->
            throw config.wrong(
                "the architecture " + quote(type) + " is unknown", "known are gpt2 and bert");
      };
    }

    private static void copy(Json config, String from, Map<String, String> to, String key)
        throws FileFormatException {
      to.put(key, Integer.toString(config.get(from).integer(1, LARGEST)));
    }
  }
}
