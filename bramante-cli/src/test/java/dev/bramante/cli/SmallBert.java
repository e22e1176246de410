package dev.bramante.cli;

import dev.bramante.io.SafeTensors;
import dev.bramante.models.Models;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a small BERT of random weights as Hugging Face's libraries keep one. */
final class SmallBert {
  private static final List<String> WORDS =
      List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "film", "a", "##s");

  private SmallBert() {}

  /** A model whose head is of a class of transformers, as {@code BertForSequenceClassification}. */
  static void write(Path folder, String architecture, String head, String... labels)
      throws IOException {
    var settings =
        new HashMap<>(Map.of("vocab", "10", "positions", "8", "width", "6", "heads", "2"));
    settings.putAll(Map.of("layers", "1", "mlp", "9", "head", head));
    settings.put("classes", Integer.toString(Math.max(1, labels.length)));
    var values = new LinkedHashMap<String, Tensor>();
    Models.create("bert", settings)
        .parameters()
        .byName()
        .forEach((name, p) -> {
          float[] numbers = p.initial(3, name).floats().clone();
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] *= 20;
          }
          values.put(name, Tensor.of(p.storedShape(), numbers));
        });
    SafeTensors.write(folder.resolve("model.safetensors"), values, Map.of());
    Files.write(folder.resolve("vocab.txt"), WORDS);
    var names = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      names.append(i == 0 ? "" : ", ").append("\"%d\": \"%s\"".formatted(i, labels[i]));
    }
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "bert", "architectures": ["%s"], "vocab_size": 10, "hidden_size": 6,
         "max_position_embeddings": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
         "intermediate_size": 9, "hidden_act": "gelu", "id2label": {%s}}
        """
            .formatted(architecture, names));
  }
}
