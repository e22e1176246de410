package dev.bramante.pretrained;

import static dev.bramante.io.Quote.clean;
import static dev.bramante.io.Quote.quote;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a {@code config.json} of Hugging Face says of a network. */
final class HuggingFaceConfig {
  private static final int LARGEST = 1 << 20;
  private static final int MOST_LAYERS = 1000;

  private HuggingFaceConfig() {}

  /**
   * The network.
   *
   * @param more settings of it, which go before what the configuration says
   * @throws FileFormatException if the architecture is unknown, or the sizes contradict each other
   */
  static Model model(Json config, Map<String, String> more) throws FileFormatException {
    String type = config.get("model_type").text();
    return switch (type) {
      case "gpt2" -> create(config, "gpt", gpt2(config), more);
      case "bert" -> create(config, "bert", bert(config), more);
      case "vit" -> create(config, "vit", vit(config), more);
      default ->
          throw config.wrong(
              "the architecture " + quote(type) + " is unknown", "known are gpt2, bert and vit");
    };
  }

  /** The names of the classes, if there are any. */
  static Optional<List<String>> labels(Json config) throws FileFormatException {
    if (!config.has("id2label")) {
      return Optional.empty();
    }
    Map<String, Json> byNumber = config.get("id2label").members();
    var names = new ArrayList<String>();
    for (int i = 0; i < byNumber.size(); i++) {
      names.add(clean(config.get("id2label").get(Integer.toString(i)).text()));
    }
    return Optional.of(names);
  }

  private static Model create(
      Json config, String name, Map<String, String> settings, Map<String, String> more)
      throws FileFormatException {
    try {
      var all = new LinkedHashMap<>(settings);
      all.putAll(more);
      return Models.create(name, all);
    } catch (IllegalArgumentException contradictory) {
      throw config.wrong(contradictory.getMessage());
    }
  }

  private static Map<String, String> gpt2(Json config) throws FileFormatException {
    var settings = new LinkedHashMap<String, String>();
    copy(config, "vocab_size", settings, "vocab");
    copy(config, "n_positions", settings, "positions");
    copy(config, "n_positions", settings, "length");
    sizes(config, "n_embd", "n_layer", "n_head", settings);
    settings.put("activation", activation(config, "activation_function", "gelu_new"));
    number(config, "layer_norm_epsilon", settings, "epsilon");
    if (config.has("n_inner")) {
      copy(config, "n_inner", settings, "mlp");
    }
    return settings;
  }

  private static Map<String, String> bert(Json config) throws FileFormatException {
    var settings = new LinkedHashMap<String, String>();
    copy(config, "vocab_size", settings, "vocab");
    copy(config, "max_position_embeddings", settings, "positions");
    sizes(config, "hidden_size", "num_hidden_layers", "num_attention_heads", settings);
    copy(config, "intermediate_size", settings, "mlp");
    settings.put("length", settings.get("positions"));
    settings.put("activation", activation(config, "hidden_act", "gelu"));
    number(config, "layer_norm_eps", settings, "epsilon");
    int padding = config.has("pad_token_id") ? id(config.get("pad_token_id")) : 0;
    settings.put("padding", Integer.toString(padding));
    String positions = config.text("position_embedding_type", "absolute");
    if (!positions.equals("absolute") || config.bool("is_decoder", false)) {
      throw config.wrong(
          "a BERT with positions that are " + quote(positions) + ", or a decoder",
          "known are encoders with absolute positions");
    }
    settings.put("head", head(config));
    settings.put("classes", Integer.toString(classes(config)));
    return settings;
  }

  private static Map<String, String> vit(Json config) throws FileFormatException {
    var settings = new LinkedHashMap<String, String>();
    copy(config, "image_size", settings, "image");
    copy(config, "patch_size", settings, "patch");
    settings.put("channels", "3");
    if (config.has("num_channels")) {
      copy(config, "num_channels", settings, "channels");
    }
    sizes(config, "hidden_size", "num_hidden_layers", "num_attention_heads", settings);
    copy(config, "intermediate_size", settings, "mlp");
    settings.put("activation", activation(config, "hidden_act", "gelu"));
    settings.put("epsilon", "1e-12");
    number(config, "layer_norm_eps", settings, "epsilon");
    if (!config.bool("qkv_bias", true)) {
      throw config.wrong("attention without biases is unknown", "give a model with qkv_bias");
    }
    settings.put("classes", Integer.toString(classes(config)));
    return settings;
  }

  /** Of a class of transformers as {@code BertForMaskedLM}. */
  private static String head(Json config) throws FileFormatException {
    var names =
        config.has("architectures") ? config.get("architectures").elements() : List.<Json>of();
    String name = names.isEmpty() ? "" : names.getFirst().text();
    if (name.endsWith("ForSequenceClassification")) {
      return "classes";
    }
    return name.endsWith("ForMaskedLM") || name.endsWith("ForPreTraining") ? "words" : "mean";
  }

  private static int classes(Json config) throws FileFormatException {
    if (config.has("id2label")) {
      return config.get("id2label").members().size();
    }
    return config.has("num_labels") ? config.get("num_labels").integer(1, LARGEST) : 2;
  }

  /** The activation between the layers of feed-forward, by the name that we give it. */
  private static String activation(Json config, String key, String usual)
      throws FileFormatException {
    String name = config.text(key, usual);
    return switch (name) {
      case "gelu", "gelu_python" -> "gelu";
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> "gelu-tanh";
      case "relu", "tanh", "sigmoid" -> name;
      default ->
          throw config.wrong(
              "the activation " + quote(name) + " is unknown",
              "known are gelu, gelu_new, gelu_pytorch_tanh, relu, tanh and sigmoid");
    };
  }

  /** Width, layers and heads, which have to divide the width. */
  private static void sizes(
      Json config, String width, String layers, String heads, Map<String, String> settings)
      throws FileFormatException {
    copy(config, width, settings, "width");
    copy(config, heads, settings, "heads");
    settings.put("layers", Integer.toString(config.get(layers).integer(1, MOST_LAYERS)));
    int d = config.get(width).integer(1, LARGEST);
    int h = config.get(heads).integer(1, LARGEST);
    if (d % h != 0) {
      throw config.wrong("%s is %d, which %s, %d, doesn't divide".formatted(width, d, heads, h));
    }
  }

  private static void copy(Json config, String from, Map<String, String> to, String key)
      throws FileFormatException {
    to.put(key, Integer.toString(config.get(from).integer(1, LARGEST)));
  }

  private static int id(Json token) throws FileFormatException {
    return token.integer(0, LARGEST);
  }

  /** A positive number, where there is one. */
  private static void number(Json config, String from, Map<String, String> to, String key)
      throws FileFormatException {
    if (config.has(from)) {
      double value = config.get(from).number();
      if (!(value >= 0 && value < 1)) {
        throw config.get(from).wrong("expected a number from 0 to 1, not " + value);
      }
      to.put(key, Double.toString(value));
    }
  }
}
