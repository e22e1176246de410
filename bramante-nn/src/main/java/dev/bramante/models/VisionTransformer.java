package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Initializer.Constant;
import dev.bramante.nn.Initializer.Normal;
import dev.bramante.nn.Layer;
import dev.bramante.nn.LayerNorm;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Sequential;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/**
 * Figure 5.9: an image is cut into M patches, each is mapped to a vector by W^E, a trained vector
 * E_0 is put before them, and after the encoder a read-out makes logits of what became of it. Names
 * and details are torchvision's (Dosovitskiy et al. 2020).
 */
public record VisionTransformer(
    @Named("conv_proj") Conv2d patches,
    @Named("class_token") Parameter readoutToken,
    @Named("encoder.pos_embedding") Parameter positions,
    Dropout dropout,
    @Named(value = "encoder.layers.encoder_layer_", from = 0) List<Block> blocks,
    @Named("encoder.ln") LayerNorm norm,
    @Named("heads") Layer readout)
    implements Layer {
  private static final double DEVIATION = 0.02;

  /**
   * Its sizes.
   *
   * @param image pixels of a side
   * @param patch pixels of a patch's side, a divisor of the image's
   * @param hidden the width between the two layers of feed-forward
   * @param activation between those two
   * @param epsilon what normalisations add to the variance
   */
  public record Sizes(
      int image,
      int channels,
      int patch,
      int width,
      int layers,
      int heads,
      int hidden,
      Activation activation,
      double epsilon,
      float dropout) {
    /** Checks that patches tile the image, and that there is a block. */
    public Sizes {
      if (patch < 1 || image % patch != 0) {
        throw new IllegalArgumentException(
            "an image of %d×%d can't be cut into patches of %d×%d"
                .formatted(image, image, patch, patch));
      }
      if (layers < 1) {
        throw new IllegalArgumentException("layers must be at least 1, not " + layers);
      }
    }

    int count() {
      return (image / patch) * (image / patch);
    }
  }

  /** With a read-out of one fully connected layer, as published checkpoints have it. */
  public static VisionTransformer withLinearReadout(Sizes sizes, int classes) {
    return new VisionTransformer(
        sizes, new LinearReadout(Linear.of(sizes.width, classes, new Constant(0))));
  }

  /** With a read-out of two hidden layers, as in the figure. */
  public static VisionTransformer withHiddenLayers(Sizes sizes, int classes) {
    int d = sizes.width;
    return new VisionTransformer(
        sizes,
        new Sequential(
            new Linear(d, d),
            Activation.GELU,
            new Linear(d, d),
            Activation.GELU,
            new Linear(d, classes)));
  }

  private VisionTransformer(Sizes sizes, Layer readout) {
    this(
        new Conv2d(sizes.channels, sizes.width, sizes.patch, sizes.patch, 0),
        new Parameter(Shape.of(1, 1, sizes.width), new Constant(0)),
        new Parameter(Shape.of(1, sizes.count() + 1, sizes.width), new Normal(DEVIATION)),
        new Dropout(sizes.dropout),
        Stream.generate(() -> new Block(sizes)).limit(sizes.layers).toList(),
        new LayerNorm(sizes.width, sizes.epsilon),
        readout);
  }

  @Override
  public Value forward(Value x) { //                                     [N, H, W, C]
    int n = x.dim(0);
    x = patches.forward(x); //                                           [N, H/P, W/P, D]
    x = x.reshape(n, -1, x.dim(3)); //                                   [N, M, D]
    x.in(this);
    Value token = readoutToken.in(x).broadcast(Shape.of(n, 1, x.dim(2)));
    x = token.concat(1, x); //                                           [N, M + 1, D]
    x = dropout.forward(x.plus(positions.in(x)));
    for (Block block : blocks.subList(0, blocks.size() - 1)) {
      x = block.forward(x); //                                           [N, M + 1, D]
    }
    x = norm.forward(blocks.getLast().first(x)); //                      [N, 1, D]
    return readout.forward(x.reshape(n, -1)); //                         [N, classes]
  }

  /** Self-attention, then feed-forward (figure 5.6), each with a path around it. */
  public record Block(
      @Named("ln_1") LayerNorm norm1,
      @Named("self_attention") TorchAttention attention,
      Dropout dropout,
      @Named("ln_2") LayerNorm norm2,
      @Named("mlp") FeedForward feedForward)
      implements Layer {
    Block(Sizes sizes) {
      this(
          new LayerNorm(sizes.width, sizes.epsilon),
          new TorchAttention(sizes.width, sizes.heads, false, 0),
          new Dropout(sizes.dropout),
          new LayerNorm(sizes.width, sizes.epsilon),
          new FeedForward(sizes));
    }

    @Override
    public Value forward(Value x) { //                                   [N, M + 1, D]
      Value normal = norm1.forward(x);
      return of(x, normal, normal);
    }

    /**
     * What becomes of the first token, if nobody asks for the others: a patch's is not computed.
     */
    Value first(Value x) { //                                            [N, M + 1, D]
      Value normal = norm1.forward(x);
      return of(x.slice(1, 0, 1), normal.slice(1, 0, 1), normal); //     [N, 1, D]
    }

    private Value of(Value x, Value queries, Value all) {
      x = x.plus(dropout.forward(attention.of(queries, all)));
      return x.plus(feedForward.forward(norm2.forward(x)));
    }
  }

  /** Two layers with an activation between. */
  public record FeedForward(
      @Named("0") Linear fc, Activation activation, @Named("3") Linear out, Dropout dropout)
      implements Layer {
    FeedForward(Sizes sizes) {
      this(
          Linear.of(sizes.width, sizes.hidden, Initializer.xavierUniform()),
          sizes.activation,
          Linear.of(sizes.hidden, sizes.width, Initializer.xavierUniform()),
          new Dropout(sizes.dropout));
    }

    @Override
    public Value forward(Value x) { //                                   [N, M + 1, D]
      x = dropout.forward(activation.forward(fc.forward(x)));
      return dropout.forward(out.forward(x));
    }
  }

  /** One fully connected layer, named as torchvision does. */
  public record LinearReadout(@Named("head") Linear fc) implements Layer {
    @Override
    public Value forward(Value x) {
      return fc.forward(x);
    }
  }
}
