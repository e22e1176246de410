package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Layer;
import dev.bramante.tensor.DType;
import java.util.Optional;

/**
 * BERT that makes one vector of a text, so that texts of similar meaning have vectors of similar
 * direction (Reimers and Gurevych 2019).
 *
 * @param pooling how a text's vector comes from those of its tokens
 * @param normalized whether it has the length 1
 */
public record BertSentenceEncoder(Bert bert, Pooling pooling, boolean normalized) implements Layer {
  private static final float SHORTEST = 1e-12f;

  /** How the vectors of a text's tokens become one. */
  public enum Pooling {
    /** Their mean, without padding. */
    MEAN,
    /** That of the first token. */
    CLS
  }

  @Override
  public Value forward(Value ids) { //                                   [N, T]
    Value x = //                                                         [N, D]
        switch (pooling) {
          case CLS -> bert.first(ids);
          case MEAN -> mean(bert.forward(ids), bert.attended(ids));
        };
    return normalized ? normalize(x) : x;
  }

  private Value mean(Value x, Optional<Value> attended) { //             [N, T, D]
    x.in(this);
    return attended.map(some -> mean(x, some)).orElseGet(() -> x.mean(1));
  }

  private static Value mean(Value x, Value attended) {
    Value counted = attended.cast(DType.F32).reshape(x.dim(0), x.dim(1), 1);
    Value sum = x.times(counted).sum(1); //                              [N, D]
    return sum.over(counted.sum(1).max(sum.like(1))); //                 [N, D]
  }

  private static Value normalize(Value x) { //                           [N, D]
    Value norm = x.times(x).sum(1).sqrt().reshape(x.dim(0), 1);
    return x.over(norm.max(x.like(SHORTEST)));
  }
}
