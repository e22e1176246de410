package dev.bramante.pretrained;

import dev.bramante.config.Nearest;
import dev.bramante.pretrained.Rename.Part;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The names under which weights are kept: ours, which are those of torchvision, Hugging Face or
 * PyTorch where they have the architecture, and those of others.
 */
public enum Naming {
  /** Ours. */
  OURS("torchvision", "") {
    @Override
    boolean isOf(Set<String> names) {
      return true;
    }

    @Override
    Optional<Part> part(String name) {
      return Optional.of(new Part(name, 0, 1));
    }

    @Override
    Optional<List<String>> names(String name) {
      return Optional.of(List.of(name));
    }
  },
  /** The Vision Transformer of timm. */
  TIMM_VIT(
      "timm",
      """
      class_token = cls_token
      encoder.pos_embedding = pos_embed
      conv_proj.* = patch_embed.proj.*
      encoder.layers.encoder_layer_#.ln_1.* = blocks.#.norm1.*
      encoder.layers.encoder_layer_#.self_attention.in_proj_* = blocks.#.attn.qkv.*
      encoder.layers.encoder_layer_#.self_attention.out_proj.* = blocks.#.attn.proj.*
      encoder.layers.encoder_layer_#.ln_2.* = blocks.#.norm2.*
      encoder.layers.encoder_layer_#.mlp.0.* = blocks.#.mlp.fc1.*
      encoder.layers.encoder_layer_#.mlp.3.* = blocks.#.mlp.fc2.*
      encoder.ln.* = norm.*
      heads.head.* = head.*
      """) {
    @Override
    boolean isOf(Set<String> names) {
      return names.contains("patch_embed.proj.weight") && names.contains("cls_token");
    }
  },
  /** The Vision Transformer of Hugging Face. */
  HUGGING_FACE_VIT(
      "huggingface",
      """
      class_token = vit.embeddings.cls_token
      encoder.pos_embedding = vit.embeddings.position_embeddings
      conv_proj.* = vit.embeddings.patch_embeddings.projection.*
      encoder.layers.encoder_layer_#.ln_1.* = vit.encoder.layer.#.layernorm_before.*
      encoder.layers.encoder_layer_#.self_attention.in_proj_* = \
          vit.encoder.layer.#.attention.attention.query.*, \
          vit.encoder.layer.#.attention.attention.key.*, \
          vit.encoder.layer.#.attention.attention.value.*
      encoder.layers.encoder_layer_#.self_attention.out_proj.* = \
          vit.encoder.layer.#.attention.output.dense.*
      encoder.layers.encoder_layer_#.ln_2.* = vit.encoder.layer.#.layernorm_after.*
      encoder.layers.encoder_layer_#.mlp.0.* = vit.encoder.layer.#.intermediate.dense.*
      encoder.layers.encoder_layer_#.mlp.3.* = vit.encoder.layer.#.output.dense.*
      encoder.ln.* = vit.layernorm.*
      heads.head.* = classifier.*
      """) {
    @Override
    boolean isOf(Set<String> names) {
      return has(names, "vit.", "embeddings.cls_token");
    }

    @Override
    Optional<Part> part(String name) {
      boolean bare = Stream.of("embeddings.", "encoder.", "layernorm.").anyMatch(name::startsWith);
      return super.part(bare ? "vit." + name : name);
    }

    @Override
    boolean isTask(String name) {
      return name.startsWith("vit.pooler.") || name.startsWith("pooler.");
    }
  },
  /** BERT with or without the prefix, also with the names that normalisations had at first. */
  BERT("huggingface", "") {
    @Override
    boolean isOf(Set<String> names) {
      return has(names, "bert.", "embeddings.word_embeddings.weight");
    }

    @Override
    Optional<Part> part(String name) {
      if (name.endsWith("embeddings.position_ids") || name.startsWith("cls.predictions.decoder.")) {
        return Optional.empty();
      }
      return OURS.part(prefixed("bert.", now(name), "embeddings.", "encoder.", "pooler."));
    }

    @Override
    Optional<List<String>> names(String name) {
      return OURS.names(name);
    }

    @Override
    boolean isTask(String name) {
      return Stream.of("bert.pooler.", "cls.", "classifier.", "qa_outputs.")
          .anyMatch(name::startsWith);
    }

    @Override
    Optional<String> twin(String name) {
      return switch (name) {
        case "cls.predictions.decoder.weight" ->
            Optional.of("bert.embeddings.word_embeddings.weight");
        case "cls.predictions.decoder.bias" -> Optional.of("cls.predictions.bias");
        default -> Optional.empty();
      };
    }
  },
  /** GPT-2 with or without the prefix; masks are no weights, the read-out is the embedding. */
  GPT2("huggingface", "") {
    @Override
    boolean isOf(Set<String> names) {
      return has(names, "transformer.", "wte.weight");
    }

    @Override
    Optional<Part> part(String name) {
      if (name.endsWith(".attn.bias")
          || name.endsWith(".attn.masked_bias")
          || name.equals("lm_head.weight")) {
        return Optional.empty();
      }
      return OURS.part(prefixed("transformer.", now(name), "wte.", "wpe.", "h.", "ln_f."));
    }

    @Override
    Optional<List<String>> names(String name) {
      return OURS.names(name);
    }

    @Override
    Optional<String> twin(String name) {
      return name.equals("lm_head.weight")
          ? Optional.of("transformer.wte.weight")
          : Optional.empty();
    }
  },
  /** {@code torch.nn.Transformer} with or without the prefix. */
  TORCH_TRANSFORMER("torch", "") {
    @Override
    boolean isOf(Set<String> names) {
      return has(names, "transformer.", "encoder.layers.0.self_attn.in_proj_weight")
          && has(names, "transformer.", "decoder.layers.0.self_attn.in_proj_weight");
    }

    @Override
    Optional<Part> part(String name) {
      return OURS.part(prefixed("transformer.", now(name), "encoder.", "decoder."));
    }

    @Override
    Optional<List<String>> names(String name) {
      return OURS.names(name);
    }
  };

  private final String title;
  private final List<Rename> renames;

  Naming(String title, String renames) {
    this.title = title;
    this.renames = renames.lines().map(Rename::of).toList();
  }

  /** What commands call it. */
  public String title() {
    return title;
  }

  /** The naming of a file of these names. */
  static Naming of(Set<String> names) {
    return Stream.of(values())
        .filter(naming -> naming != OURS && naming.isOf(names))
        .findFirst()
        .orElse(OURS);
  }

  /** Whether a file of these names uses it. */
  abstract boolean isOf(Set<String> names);

  /** What a tensor of a file is of ours; empty for what is no weight. */
  Optional<Part> part(String name) {
    Predicate<Optional<Part>> found = Optional::isPresent;
    return renames.stream()
        .map(rename -> rename.part(name))
        .filter(found)
        .findFirst()
        .orElseGet(() -> Optional.of(new Part(name, 0, 1)));
  }

  /** The names of a parameter of ours; empty if this knows none. */
  Optional<List<String>> names(String name) {
    return renames.stream().flatMap(rename -> rename.names(name).stream()).findFirst();
  }

  /**
   * Weights by our names, by those of this naming, cut into its parts.
   *
   * @throws IllegalArgumentException if it has no name for one
   */
  public Map<String, Tensor> renamed(Map<String, Tensor> values) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      List<String> parts =
          names(name)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "%s has no name for %s; the weights are of another network"
                          .formatted(title, name)));
      if (parts.size() == 1) {
        renamed.put(parts.getFirst(), value);
      } else {
        for (int i = 0; i < parts.size(); i++) {
          renamed.put(parts.get(i), part(value, i, parts.size()));
        }
      }
    });
    return renamed;
  }

  private static Tensor part(Tensor value, int index, int count) {
    Shape shape = value.shape().with(0, value.shape().dim(0) / count);
    int size = shape.size();
    return Tensor.of(shape, Arrays.copyOfRange(value.floats(), index * size, (index + 1) * size));
  }

  /** Whether it is of a part for one task, which networks for others do without. */
  boolean isTask(String name) {
    return false;
  }

  /** Our name of what a tensor has to equal that is no weight of its own. */
  Optional<String> twin(String name) {
    return Optional.empty();
  }

  private static boolean has(Set<String> names, String prefix, String name) {
    return names.contains(name) || names.contains(prefix + name);
  }

  /** Old files call a normalisation's weight and bias gamma and beta. */
  private static String now(String name) {
    return name.endsWith(".gamma")
        ? name.substring(0, name.length() - "gamma".length()) + "weight"
        : name.endsWith(".beta")
            ? name.substring(0, name.length() - "beta".length()) + "bias"
            : name;
  }

  private static String prefixed(String prefix, String name, String... bare) {
    return Stream.of(bare).anyMatch(name::startsWith) ? prefix + name : name;
  }

  /**
   * Weights by our names, by those that somebody else gives them.
   *
   * @param title whose names, as {@code timm}
   * @throws IllegalArgumentException if nobody is called so, or there is no such name for a weight
   */
  public static Map<String, Tensor> renamed(String title, Map<String, Tensor> values) {
    var of = Stream.of(values()).filter(naming -> naming.title.equals(title)).toList();
    if (of.isEmpty()) {
      var known = Stream.of(values()).map(Naming::title).distinct().sorted().toList();
      throw new IllegalArgumentException(Nearest.complaint("naming", title, known));
    }
    return of.stream()
        .filter(naming -> values.keySet().stream().allMatch(name -> naming.names(name).isPresent()))
        .findFirst()
        .orElse(of.getFirst())
        .renamed(values);
  }
}
