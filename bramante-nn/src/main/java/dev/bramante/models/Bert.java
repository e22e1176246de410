package dev.bramante.models;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Value;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Attention;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Embedding;
import dev.bramante.nn.Initializer.Normal;
import dev.bramante.nn.Layer;
import dev.bramante.nn.LayerNorm;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An encoder that reads whole texts (section 5.3; Devlin et al. 2018): embeddings of tokens,
 * positions and of the text that a token belongs to, then blocks of self-attention and
 * feed-forward, each followed by normalisation. Names are those of Hugging Face.
 */
public record Bert(
    Embeddings embeddings, @Named("encoder.layer") List<Block> blocks, Optional<Integer> padding)
    implements Layer {
  private static final double DEVIATION = 0.02;

  /**
   * Its sizes.
   *
   * @param words the size of the vocabulary
   * @param positions the longest sequence
   * @param hidden the width between the two layers of feed-forward
   * @param activation between those two
   * @param epsilon what normalisations add to the variance
   * @param padding the id that attention ignores: what follows the shorter texts of a batch
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
      float dropout,
      Optional<Integer> padding) {
    /** Checks that there is a block. */
    public Sizes {
      if (layers < 1) {
        throw new IllegalArgumentException("layers must be at least 1, not " + layers);
      }
    }
  }

  /** With weights that are random in BERT's way. */
  public Bert(Sizes sizes) {
    this(
        new Embeddings(sizes),
        Stream.generate(() -> new Block(sizes)).limit(sizes.layers).toList(),
        sizes.padding);
  }

  /** Of one text each, all of whose tokens count but padding. */
  @Override
  public Value forward(Value ids) { //                                   [N, T]
    return forward(ids, Optional.empty(), attended(ids));
  }

  /** Whether each token is no padding, BOOL [N, T]; empty where there is none. */
  public Optional<Value> attended(Value ids) {
    return padding.map(id -> ids.binary(BinaryKind.NE, id));
  }

  /**
   * The vectors [N, T, D] of tokens [N, T].
   *
   * @param types the text that each token belongs to, [N, T]; all of the first without it
   * @param attended whether a token is no padding, BOOL [N, T]
   */
  public Value forward(Value ids, Optional<Value> types, Optional<Value> attended) {
    Value x = embeddings.forward(ids, types); //                         [N, T, D]
    return through(blocks, x, attended);
  }

  /** What becomes of the first tokens, CLS, of texts [N, T]: the last block computes no other. */
  public Value first(Value ids) {
    Optional<Value> attended = attended(ids);
    int before = blocks.size() - 1;
    Value x = through(blocks.subList(0, before), embeddings.forward(ids), attended);
    x = blocks.get(before).of(x.slice(1, 0, 1), x, attended.map(Bert::mask));
    return x.reshape(x.dim(0), -1); //                                   [N, D]
  }

  private static Value through(List<Block> blocks, Value x, Optional<Value> attended) {
    Optional<Value> mask = attended.map(Bert::mask);
    for (Block block : blocks) {
      x = block.of(x, x, mask); //                                       [N, T, D]
    }
    return x;
  }

  private static Value mask(Value attended) {
    return attended.reshape(attended.dim(0), 1, 1, attended.dim(1));
  }

  /** The three embeddings, normalised. */
  public record Embeddings(
      @Named("word_embeddings") Embedding words,
      @Named("position_embeddings") Embedding positions,
      @Named("token_type_embeddings") Embedding types,
      @Named("LayerNorm") LayerNorm norm,
      Dropout dropout)
      implements Layer {
    Embeddings(Sizes sizes) {
      this(
          new Embedding(sizes.words, sizes.width, new Normal(DEVIATION)),
          new Embedding(sizes.positions, sizes.width, new Normal(DEVIATION)),
          new Embedding(2, sizes.width, new Normal(DEVIATION)),
          new LayerNorm(sizes.width, sizes.epsilon),
          new Dropout(sizes.dropout));
    }

    @Override
    public Value forward(Value ids) {
      return forward(ids, Optional.empty());
    }

    Value forward(Value ids, Optional<Value> types) {
      Value x = words.forward(ids).plus(positions.first(ids.dim(1), ids));
      x = x.plus(types.map(this.types::forward).orElseGet(() -> this.types.first(1, ids)));
      return dropout.forward(norm.forward(x));
    }
  }

  /** Self-attention and feed-forward (figure 5.6), normalised after each sum. */
  public record Block(
      SelfAttention attention,
      @Named("intermediate.dense") Linear fc,
      Activation activation,
      @Named("output") Output output)
      implements Layer {
    Block(Sizes sizes) {
      this(
          new SelfAttention(sizes),
          linear(sizes.width, sizes.hidden),
          sizes.activation,
          new Output(sizes.hidden, sizes));
    }

    @Override
    public Value forward(Value x) {
      return of(x, x, Optional.empty());
    }

    /** Of tokens [N, T, D] that see all of their texts, [N, S, D]. */
    Value of(Value x, Value all, Optional<Value> attended) {
      x = attention.of(x, all, attended); //                             [N, T, D]
      return output.of(activation.forward(fc.forward(x)), x);
    }
  }

  /** Self-attention with its sum. */
  public record SelfAttention(
      @Named("self.query") Linear query,
      @Named("self.key") Linear key,
      @Named("self.value") Linear value,
      Attention attention,
      Output output)
      implements Layer {
    SelfAttention(Sizes sizes) {
      this(
          linear(sizes.width, sizes.width),
          linear(sizes.width, sizes.width),
          linear(sizes.width, sizes.width),
          new Attention(sizes.heads, false, sizes.dropout),
          new Output(sizes.width, sizes));
    }

    @Override
    public Value forward(Value x) {
      return of(x, x, Optional.empty());
    }

    Value of(Value x, Value all, Optional<Value> attended) {
      Value q = query.forward(x); //                                     [N, T, D]
      Value y = attention.of(q, key.forward(all), value.forward(all), attended);
      return output.of(y, x);
    }
  }

  /** A fully connected layer, the sum with what went around it, and normalisation. */
  public record Output(Linear dense, Dropout dropout, @Named("LayerNorm") LayerNorm norm)
      implements Layer {
    Output(int in, Sizes sizes) {
      this(
          linear(in, sizes.width),
          new Dropout(sizes.dropout),
          new LayerNorm(sizes.width, sizes.epsilon));
    }

    @Override
    public Value forward(Value x) {
      return dense.forward(x);
    }

    Value of(Value y, Value x) {
      return norm.forward(x.plus(dropout.forward(dense.forward(y))));
    }
  }

  static Linear linear(int in, int out) {
    return Linear.of(in, out, new Normal(DEVIATION));
  }

  /** BERT with the head that classifies texts by what became of the first token. */
  public record Classifier(
      Bert bert, @Named("bert.pooler.dense") Linear pooler, Dropout dropout, Linear classifier)
      implements Layer {
    /** With weights that are random in BERT's way. */
    public Classifier(Sizes sizes, int classes) {
      this(
          new Bert(sizes),
          linear(sizes.width, sizes.width),
          new Dropout(sizes.dropout),
          linear(sizes.width, classes));
    }

    @Override
    public Value forward(Value ids) { //                                 [N, T]
      Value x = bert.first(ids); //                                      [N, D]
      x = pooler.forward(x).tanh(); //                                   [N, D]
      return classifier.forward(dropout.forward(x)); //                  [N, classes]
    }
  }
}
