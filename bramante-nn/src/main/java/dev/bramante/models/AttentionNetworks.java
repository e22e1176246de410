package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.graph.Type;
import dev.bramante.models.BertSentenceEncoder.Pooling;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Network;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The registry's networks of attention. */
final class AttentionNetworks {
  /** The width between the layers of feed-forward, unless another is set. */
  private static final String FOUR_TIMES = "4*width";

  private AttentionNetworks() {}

  static List<Architecture> all() {
    var all = new ArrayList<Architecture>();
    all.add(transformer("transformer", 512, 8, 2048));
    all.add(transformer("transformer_big", 1024, 16, 4096));
    all.add(gpt("gpt", "50257", 1024, 768, 12, 12));
    all.add(gpt("gpt2", "50257", 1024, 768, 12, 12));
    all.add(gpt("gpt2_medium", "50257", 1024, 1024, 24, 16));
    all.add(gpt("gpt2_large", "50257", 1024, 1280, 36, 20));
    all.add(gpt("gpt2_xl", "50257", 1024, 1600, 48, 25));
    gpt3(all);
    all.add(vision("vit", 16, 768, 12, 12));
    for (int patch : new int[] {16, 32}) {
      all.add(vision("vit_ti_" + patch, patch, 192, 12, 3));
      all.add(vision("vit_s_" + patch, patch, 384, 12, 6));
      all.add(vision("vit_b_" + patch, patch, 768, 12, 12));
      all.add(vision("vit_l_" + patch, patch, 1024, 24, 16));
    }
    all.add(vision("vit_h_14", 14, 1280, 32, 16));
    all.add(bert("bert", 768, 12, 12));
    all.add(bert("bert_base", 768, 12, 12));
    all.add(bert("bert_large", 1024, 24, 16));
    return List.copyOf(all);
  }

  private static Architecture transformer(String name, int width, int heads, int hidden) {
    return new Architecture(
        name,
        "encoder and decoder with cross-attention (figure 5.7)",
        Config.defaults("vocab", "37000", "layers", "6", "preNorm", "true", "activation", "relu")
            .and("width", width, "heads", heads, "mlp", hidden)
            .and("padding", "none", "dropout", "0.1", "length", "64"),
        c ->
            new Transformer(
                new Transformer.Sizes(
                    c.integer("vocab"),
                    c.integer("width"),
                    c.integer("layers"),
                    c.integer("heads"),
                    c.integer("mlp"),
                    c.choice("activation", Activation.class),
                    c.bool("preNorm"),
                    (float) c.number("dropout"),
                    padding(c))),
        c -> List.of(ids(c), ids(c)));
  }

  private static Optional<Integer> padding(Config c) {
    return c.text("padding").equals("none") ? Optional.empty() : Optional.of(c.integer("padding"));
  }

  /** Table 2.1 of Brown et al. 2020, with dense attention in every layer. */
  private static void gpt3(List<Architecture> all) {
    all.add(gpt("gpt3_small", "50257", 2048, 768, 12, 12));
    all.add(gpt("gpt3_medium", "50257", 2048, 1024, 24, 16));
    all.add(gpt("gpt3_large", "50257", 2048, 1536, 24, 16));
    all.add(gpt("gpt3_xl", "50257", 2048, 2048, 24, 16)); // the paper's 24 heads don't divide it
    all.add(gpt("gpt3_2.7b", "50257", 2048, 2560, 32, 32));
    all.add(gpt("gpt3_6.7b", "50257", 2048, 4096, 32, 32));
    all.add(gpt("gpt3_13b", "50257", 2048, 5120, 40, 40)); // the paper's 5,140 isn't 40 · 128
    all.add(gpt("gpt3", "50257", 2048, 12_288, 96, 96));
  }

  private static Architecture gpt(
      String name, String words, int positions, int width, int layers, int heads) {
    return new Architecture(
        name,
        "GPT, causal self-attention (figure 5.8)",
        Config.defaults("vocab", words, "dropout", "0.1")
            .and("positions", positions, "length", positions)
            .and("width", width, "layers", layers, "heads", heads, "mlp", FOUR_TIMES)
            .and("activation", "gelu-tanh", "epsilon", "1e-5"),
        c ->
            new Gpt(
                new Gpt.Sizes(
                    c.integer("vocab"),
                    c.integer("positions"),
                    c.integer("width"),
                    c.integer("layers"),
                    c.integer("heads"),
                    hidden(c),
                    c.choice("activation", Activation.class),
                    c.number("epsilon"),
                    (float) c.number("dropout"))),
        c -> List.of(ids(c)));
  }

  private static int hidden(Config c) {
    return c.text("mlp").equals(FOUR_TIMES)
        ? Math.multiplyExact(4, c.integer("width"))
        : c.integer("mlp");
  }

  private static Architecture vision(String name, int patch, int width, int layers, int heads) {
    return new Architecture(
        name,
        "Vision Transformer (figure 5.9)",
        Config.defaults("classes", "1000", "readout", "linear", "dropout", "0")
            .and("activation", "gelu", "epsilon", "1e-6")
            .and("image", 224, "channels", 3, "patch", patch)
            .and("width", width, "layers", layers, "heads", heads, "mlp", 4 * width),
        AttentionNetworks::vision,
        c -> List.of(Type.f32(c.integer("image"), c.integer("image"), c.integer("channels"))));
  }

  private static VisionTransformer vision(Config c) {
    var sizes =
        new VisionTransformer.Sizes(
            c.integer("image"),
            c.integer("channels"),
            c.integer("patch"),
            c.integer("width"),
            c.integer("layers"),
            c.integer("heads"),
            c.integer("mlp"),
            c.choice("activation", Activation.class),
            c.number("epsilon"),
            (float) c.number("dropout"));
    return switch (c.choice("readout", Readout.class)) {
      case LINEAR -> VisionTransformer.withLinearReadout(sizes, c.integer("classes"));
      case MLP -> VisionTransformer.withHiddenLayers(sizes, c.integer("classes"));
    };
  }

  private enum Readout {
    LINEAR,
    MLP
  }

  private static Architecture bert(String name, int width, int layers, int heads) {
    return new Architecture(
        name,
        "BERT, which classifies texts, fills in words or embeds sentences (section 5.3)",
        Config.defaults("vocab", "30522", "classes", "2", "head", "classes", "dropout", "0.1")
            .and("positions", 512, "length", 128, "padding", "none")
            .and("width", width, "layers", layers, "heads", heads, "mlp", 4 * width)
            .and("activation", "gelu", "epsilon", "1e-12", "normalize", "true"),
        AttentionNetworks::bert,
        c -> List.of(ids(c)));
  }

  private static Network bert(Config c) {
    var sizes =
        new Bert.Sizes(
            c.integer("vocab"),
            c.integer("positions"),
            c.integer("width"),
            c.integer("layers"),
            c.integer("heads"),
            c.integer("mlp"),
            c.choice("activation", Activation.class),
            c.number("epsilon"),
            (float) c.number("dropout"),
            padding(c));
    return switch (c.choice("head", Head.class)) {
      case CLASSES -> new Bert.Classifier(sizes, c.integer("classes"));
      case WORDS -> new BertMaskedLanguageModel(sizes);
      case MEAN -> new BertSentenceEncoder(new Bert(sizes), Pooling.MEAN, c.bool("normalize"));
      case CLS -> new BertSentenceEncoder(new Bert(sizes), Pooling.CLS, c.bool("normalize"));
    };
  }

  /** What BERT's result is: logits of classes or of words, or a vector. */
  private enum Head {
    CLASSES,
    WORDS,
    MEAN,
    CLS
  }

  /** A sequence of tokens. */
  private static Type ids(Config c) {
    return new Type(DType.I32, Shape.of(c.integer("length")));
  }
}
