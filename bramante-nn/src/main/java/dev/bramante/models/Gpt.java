package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Attention;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Embedding;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Initializer.Constant;
import dev.bramante.nn.Initializer.Normal;
import dev.bramante.nn.Layer;
import dev.bramante.nn.LayerNorm;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Figure 5.8: embeddings of tokens and positions, blocks of causal self-attention and feed-forward,
 * and a read-out, which is the embedding of tokens again. Names and details are GPT-2's (Radford et
 * al. 2019).
 */
public record Gpt(
    @Named("transformer.wte") Embedding tokens,
    @Named("transformer.wpe") Embedding positions,
    Dropout dropout,
    @Named("transformer.h") List<Block> blocks,
    @Named("transformer.ln_f") LayerNorm norm)
    implements Layer {
  private static final double DEVIATION = 0.02;

  /**
   * Its sizes.
   *
   * @param words the size of the vocabulary
   * @param positions the longest sequence
   * @param width of each position's vector
   * @param heads a divisor of the width
   * @param hidden the width between the two layers of feed-forward
   * @param activation between those two
   * @param epsilon what normalisations add to the variance
   */
  public record Sizes(
      int words,
      int positions,
      int width,
      int layers,
      int heads,
      int hidden,
      Activation activation,
      double epsilon,
      float dropout) {
    /** With the rest as GPT-2 has it. */
    public Sizes(int words, int positions, int width, int layers, int heads, float dropout) {
      this(words, positions, width, layers, heads, 4 * width, Activation.GELU_TANH, 1e-5, dropout);
    }
  }

  /** With weights that are random in GPT-2's way. */
  public Gpt(Sizes sizes) {
    this(
        new Embedding(sizes.words, sizes.width, new Normal(DEVIATION)),
        new Embedding(sizes.positions, sizes.width, new Normal(DEVIATION)),
        new Dropout(sizes.dropout),
        Stream.generate(() -> new Block(sizes)).limit(sizes.layers).toList(),
        new LayerNorm(sizes.width, sizes.epsilon));
  }

  @Override
  public Value forward(Value ids) { //                                   [N, T]
    Value x = tokens.forward(ids).plus(positions.first(ids.dim(1), ids));
    x = dropout.forward(x); //                                           [N, T, D]
    for (Block block : blocks) {
      x = block.forward(x); //                                           [N, T, D]
    }
    return tokens.readout(norm.forward(x)); //                           [N, T, words]
  }

  /** Room for what attention keeps of {@code length} positions of each of {@code n} sequences. */
  public List<KeyValueCache> caches(int n, int length) {
    return blocks.stream().map(block -> new KeyValueCache(n, length, tokens.width())).toList();
  }

  /**
   * Reads prompts and fills the caches.
   *
   * @param ids [N, T]; what follows a prompt that is shorter doesn't matter
   * @param last the last position of each prompt, [N]
   * @return the logits of what follows each, [N, words]
   */
  public Value prefill(Value ids, Value last, List<KeyValueCache> caches) {
    int n = ids.dim(0);
    int length = ids.dim(1);
    Value x = tokens.forward(ids).plus(positions.first(length, ids));
    for (int i = 0; i < blocks.size(); i++) {
      KeyValueCache cache = caches.get(i);
      x =
          blocks
              .get(i)
              .forward(
                  x,
                  (q, k, v, attention) -> {
                    cache.begin(k, v);
                    return attention.of(q, k, v);
                  });
    }
    x.in(this);
    int[] firsts = IntStream.range(0, n).map(i -> i * length).toArray();
    Value rows = last.plus(ids.trace().constant(Tensor.of(Shape.of(n), firsts)));
    x = x.reshape(n * length, -1).gather(rows); //                       [N, D]
    return tokens.readout(norm.forward(x)); //                           [N, words]
  }

  /**
   * Reads one more token of each sequence.
   *
   * @param ids [N, 1]
   * @param position of each, [N]
   * @param rows the sequences that these continue, [N]; each its own without them
   * @return the logits of what follows each, [N, words]
   */
  public Value step(Value ids, Value position, Optional<Value> rows, List<KeyValueCache> caches) {
    Value x = tokens.forward(ids).plus(positions.forward(position.reshape(ids.dim(0), 1)));
    for (int i = 0; i < blocks.size(); i++) {
      KeyValueCache cache = caches.get(i);
      x =
          blocks
              .get(i)
              .forward(
                  x,
                  (q, k, v, attention) -> {
                    KeyValueCache.Content all = cache.add(k, v, position, rows);
                    return attention.after(position, q, all.keys(), all.values());
                  });
    }
    return tokens.readout(norm.forward(x).reshape(ids.dim(0), -1)); //   [N, words]
  }

  /** How queries, keys and values [N, T, D] become a result. */
  @FunctionalInterface
  interface Attending {
    Value of(Value q, Value k, Value v, Attention attention);
  }

  private static Value attend(Value q, Value k, Value v, Attention attention) {
    return attention.of(q, k, v);
  }

  /** Causal self-attention, then feed-forward (figure 5.6), each with a path around it. */
  public record Block(
      @Named("ln_1") LayerNorm norm1,
      @Named("attn") SelfAttention attention,
      @Named("ln_2") LayerNorm norm2,
      @Named("mlp") FeedForward feedForward)
      implements Layer {
    Block(Sizes sizes) {
      this(
          new LayerNorm(sizes.width, sizes.epsilon),
          new SelfAttention(sizes),
          new LayerNorm(sizes.width, sizes.epsilon),
          new FeedForward(sizes));
    }

    @Override
    public Value forward(Value x) {
      return forward(x, Gpt::attend);
    }

    Value forward(Value x, Attending attending) { //                     [N, T, D]
      x = x.plus(attention.forward(norm1.forward(x), attending));
      return x.plus(feedForward.forward(norm2.forward(x)));
    }
  }

  /** Queries, keys and values by one product; each position sees those up to itself. */
  public record SelfAttention(
      @Named("c_attn") Linear qkv,
      Attention attention,
      @Named("c_proj") Linear out,
      Dropout dropout)
      implements Layer {
    SelfAttention(Sizes sizes) {
      this(
          linear(sizes.width, 3 * sizes.width, DEVIATION),
          new Attention(sizes.heads, true, sizes.dropout),
          residual(sizes.width, sizes),
          new Dropout(sizes.dropout));
    }

    @Override
    public Value forward(Value x) {
      return forward(x, Gpt::attend);
    }

    Value forward(Value x, Attending attending) { //                     [N, T, D]
      int d = x.dim(2);
      Value all = qkv.forward(x); //                                     [N, T, 3D]
      Value q = all.slice(2, 0, d);
      x = attending.of(q, all.slice(2, d, 2 * d), all.slice(2, 2 * d, 3 * d), attention);
      return dropout.forward(out.forward(x)); //                         [N, T, D]
    }
  }

  /** Two layers with an activation between. */
  public record FeedForward(
      @Named("c_fc") Linear fc, Activation activation, @Named("c_proj") Linear out, Dropout dropout)
      implements Layer {
    FeedForward(Sizes sizes) {
      this(
          linear(sizes.width, sizes.hidden, DEVIATION),
          sizes.activation,
          residual(sizes.hidden, sizes),
          new Dropout(sizes.dropout));
    }

    @Override
    public Value forward(Value x) { //                                   [N, T, D]
      x = activation.forward(fc.forward(x)); //                          [N, T, 4D]
      return dropout.forward(out.forward(x)); //                         [N, T, D]
    }
  }

  /** What ends a path that is added begins the smaller, the more of them there are. */
  private static Linear residual(int in, Sizes sizes) {
    return linear(in, sizes.width, DEVIATION / Math.sqrt(2.0 * sizes.layers));
  }

  /** GPT-2 stores the weights of fully connected layers as [in, out]. */
  private static Linear linear(int in, int out, double deviation) {
    Initializer normal = new Normal(deviation);
    return new Linear(
        new Parameter(Shape.of(out, in), normal, 1, 0),
        Optional.of(new Parameter(Shape.of(out), new Constant(0))));
  }
}
