package dev.bramante.models;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Embedding;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Initializer.Normal;
import dev.bramante.nn.Layer;
import dev.bramante.nn.LayerNorm;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import dev.bramante.nn.Network;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Figure 5.7: an encoder reads a source sequence, a decoder reads the target so far, attends to the
 * encoder's result, and says what comes next. Source, target and read-out share one embedding
 * (Vaswani et al. 2017). Names are those of {@code torch.nn.Transformer}.
 */
public record Transformer(
    Embedding embed,
    Dropout dropout,
    @Named("transformer.encoder.layers") List<EncoderBlock> encoder,
    @Named("transformer.encoder.norm") LayerNorm encoderNorm,
    @Named("transformer.decoder.layers") List<DecoderBlock> decoder,
    @Named("transformer.decoder.norm") LayerNorm decoderNorm,
    Optional<Integer> padding)
    implements Network {
  static final double EPSILON = 1e-5;

  /**
   * Its sizes.
   *
   * @param words the size of the vocabulary
   * @param hidden the width between the two layers of feed-forward
   * @param preNorm whether normalisation comes first, as in the figure, or after each sum
   * @param padding the source id that attention ignores
   */
  public record Sizes(
      int words,
      int width,
      int layers,
      int heads,
      int hidden,
      Activation activation,
      boolean preNorm,
      float dropout,
      Optional<Integer> padding) {}

  /** With random weights. */
  public Transformer(Sizes sizes) {
    this(
        new Embedding(sizes.words, sizes.width, new Normal(1 / Math.sqrt(sizes.width))),
        new Dropout(sizes.dropout),
        Stream.generate(() -> new EncoderBlock(sizes)).limit(sizes.layers).toList(),
        new LayerNorm(sizes.width, EPSILON),
        Stream.generate(() -> new DecoderBlock(sizes)).limit(sizes.layers).toList(),
        new LayerNorm(sizes.width, EPSILON),
        sizes.padding);
  }

  @Override
  public Value forward(List<Value> inputs) {
    return forward(inputs.get(0), inputs.get(1));
  }

  /** The logits [N, T, words] of what follows each position of a target [N, T]. */
  public Value forward(Value source, Value target) { //                  [N, S], [N, T]
    Optional<Value> attended = attended(source);
    return decode(encode(source, attended), attended, target);
  }

  /** Which source positions count, BOOL [N, 1, 1, S]; all, without padding. */
  public Optional<Value> attended(Value source) {
    return padding.map(
        id -> source.binary(BinaryKind.NE, id).reshape(source.dim(0), 1, 1, source.dim(1)));
  }

  /** What the encoder makes of a source. */
  public Value encode(Value source, Optional<Value> attended) { //       [N, S]
    Value x = embedded(source); //                                       [N, S, D]
    for (EncoderBlock block : encoder) {
      x = block.forward(x, attended); //                                 [N, S, D]
    }
    return encoderNorm.forward(x); //                                    [N, S, D]
  }

  /** What follows each position of a target. */
  public Value decode(Value memory, Optional<Value> attended, Value target) {
    Value x = embedded(target); //                                       [N, T, D]
    for (DecoderBlock block : decoder) {
      x = block.forward(x, memory, attended); //                         [N, T, D]
    }
    return embed.readout(decoderNorm.forward(x)); //                     [N, T, words]
  }

  private Value embedded(Value ids) {
    return dropout.forward(
        scaled(ids).plus(ids.trace().constant(positions(ids.dim(1), embed.width()))));
  }

  private Value scaled(Value ids) {
    return embed.forward(ids).times((float) Math.sqrt(embed.width()));
  }

  /**
   * What attention keeps while targets come about, for each block of the decoder.
   *
   * @param source keys and values of the encoder's result
   * @param target those of the target so far
   */
  public record Memory(List<KeyValueCache> source, List<KeyValueCache> target) {}

  /** Room for sequences of so many tokens at most. */
  public Memory memory(int n, int sourceLength, int targetLength) {
    return new Memory(caches(n, sourceLength), caches(n, targetLength));
  }

  private List<KeyValueCache> caches(int n, int length) {
    return decoder.stream().map(block -> new KeyValueCache(n, length, embed.width())).toList();
  }

  /** Reads sources [N, S], as long as the memory has room for. */
  public void begin(Value source, Memory memory) {
    Value x = encode(source, attended(source)); //                       [N, S, D]
    for (int i = 0; i < decoder.size(); i++) {
      var content = decoder.get(i).crossAttention.content(x);
      memory.source.get(i).begin(content.keys(), content.values());
    }
  }

  /**
   * Reads one more token of each target.
   *
   * @param source the sources that were read, [N, S]
   * @param ids [N, 1]
   * @param position of each, [N]
   * @param rows the targets that these continue, [N]; each its own without them
   * @return the logits of what follows each, [N, words]
   */
  public Value step(Value source, Value ids, Value position, Optional<Value> rows, Memory memory) {
    Trace trace = ids.trace();
    int room = memory.target.getFirst().keys().type().shape().dim(1);
    Value places = trace.constant(positions(room, embed.width())).gather(position);
    Value x = scaled(ids).plus(places.reshape(ids.dim(0), 1, embed.width()));
    Optional<Value> attended = attended(source);
    for (int i = 0; i < decoder.size(); i++) {
      KeyValueCache target = memory.target.get(i);
      KeyValueCache.Content content = memory.source.get(i).in(trace);
      x = decoder.get(i).step(x, position, rows, target, content, attended); // [N, 1, D]
    }
    return embed.readout(decoderNorm.forward(x).reshape(ids.dim(0), -1)); // [N, words]
  }

  /** Sines at even channels, cosines at odd ones, of wavelengths from 2π to 20,000π. */
  static Tensor positions(int length, int width) {
    var values = new float[length * width];
    for (int t = 0; t < length; t++) {
      for (int c = 0; c < width; c++) {
        double angle = t / Math.pow(10_000, (double) (c - c % 2) / width);
        values[t * width + c] = (float) (c % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
    }
    return Tensor.of(Shape.of(length, width), values);
  }

  /** Self-attention, then feed-forward (figure 5.6). */
  public record EncoderBlock(
      @Named("self_attn") TorchAttention attention,
      @Named("") FeedForward feedForward,
      @Named("norm1") Path path1,
      @Named("norm2") Path path2)
      implements Layer {
    EncoderBlock(Sizes sizes) {
      this(
          new TorchAttention(sizes.width, sizes.heads, false, sizes.dropout),
          new FeedForward(sizes),
          Path.of(sizes),
          Path.of(sizes));
    }

    @Override
    public Value forward(Value x) {
      return forward(x, Optional.empty());
    }

    Value forward(Value x, Optional<Value> attended) { //                [N, S, D]
      x = path1.around(x, y -> attention.of(y, y, attended));
      return path2.around(x, feedForward::forward);
    }
  }

  /** Self-attention to the target so far, attention to the source, then feed-forward. */
  public record DecoderBlock(
      @Named("self_attn") TorchAttention attention,
      @Named("multihead_attn") TorchAttention crossAttention,
      @Named("") FeedForward feedForward,
      @Named("norm1") Path path1,
      @Named("norm2") Path path2,
      @Named("norm3") Path path3)
      implements Network {
    DecoderBlock(Sizes sizes) {
      this(
          new TorchAttention(sizes.width, sizes.heads, true, sizes.dropout),
          new TorchAttention(sizes.width, sizes.heads, false, sizes.dropout),
          new FeedForward(sizes),
          Path.of(sizes),
          Path.of(sizes),
          Path.of(sizes));
    }

    @Override
    public Value forward(List<Value> inputs) {
      return forward(inputs.get(0), inputs.get(1), Optional.empty());
    }

    Value forward(Value x, Value memory, Optional<Value> attended) { //  [N, T, D], [N, S, D]
      x = path1.around(x, y -> attention.of(y, y));
      x = path2.around(x, y -> crossAttention.of(y, memory, attended));
      return path3.around(x, feedForward::forward);
    }

    /** One more position [N, 1, D], with what the caches hold. */
    Value step(
        Value x,
        Value position,
        Optional<Value> rows,
        KeyValueCache target,
        KeyValueCache.Content source,
        Optional<Value> attended) {
      x = path1.around(x, y -> attention.step(y, target, position, rows));
      x = path2.around(x, y -> crossAttention.over(y, source, attended));
      return path3.around(x, feedForward::forward);
    }
  }

  /** Two layers with an activation between. */
  public record FeedForward(
      @Named("linear1") Linear fc,
      Activation activation,
      @Named("linear2") Linear out,
      Dropout dropout)
      implements Layer {
    FeedForward(Sizes sizes) {
      this(
          Linear.of(sizes.width, sizes.hidden, Initializer.xavierUniform()),
          sizes.activation,
          Linear.of(sizes.hidden, sizes.width, Initializer.xavierUniform()),
          new Dropout(sizes.dropout));
    }

    @Override
    public Value forward(Value x) { //                                   [N, T, D]
      return out.forward(dropout.forward(activation.forward(fc.forward(x))));
    }
  }

  /** A path around a part of a block, and where normalisation stands. */
  public sealed interface Path extends Layer {
    /** The sum of a part's result and what went around it. */
    Value around(Value x, UnaryOperator<Value> part);

    /** What the sizes ask for. */
    private static Path of(Sizes sizes) {
      var norm = new LayerNorm(sizes.width, EPSILON);
      var dropout = new Dropout(sizes.dropout);
      return sizes.preNorm ? new PreNorm(norm, dropout) : new PostNorm(norm, dropout);
    }
  }

  /** Normalisation first, as in figure 5.6: the path around is free of it. */
  public record PreNorm(@Named("") LayerNorm norm, Dropout dropout) implements Path {
    @Override
    public Value around(Value x, UnaryOperator<Value> part) {
      return x.plus(dropout.forward(part.apply(norm.forward(x))));
    }

    @Override
    public Value forward(Value x) {
      return norm.forward(x);
    }
  }

  /** Normalisation of the sum, as Vaswani et al. 2017 have it. */
  public record PostNorm(@Named("") LayerNorm norm, Dropout dropout) implements Path {
    @Override
    public Value around(Value x, UnaryOperator<Value> part) {
      return norm.forward(x.plus(dropout.forward(part.apply(x))));
    }

    @Override
    public Value forward(Value x) {
      return norm.forward(x);
    }
  }
}
