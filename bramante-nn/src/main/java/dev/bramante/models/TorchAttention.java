package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Attention;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.Shape;
import java.util.Optional;

/**
 * Multi-head attention under the names of {@code torch.nn.MultiheadAttention}: the maps to queries,
 * keys and values lie in one matrix.
 *
 * @param weight [3D, D]: of queries, keys and values
 * @param bias [3D]
 */
record TorchAttention(
    @Named("in_proj_weight") Parameter weight,
    @Named("in_proj_bias") Parameter bias,
    Attention attention,
    @Named("out_proj") Linear out)
    implements Layer {
  TorchAttention(int width, int heads, boolean causal, float dropout) {
    this(
        new Parameter(
            Shape.of(3 * width, width), new Initializer.Uniform(Math.sqrt(6.0 / (4 * width)))),
        new Parameter(Shape.of(3 * width), new Initializer.Constant(0)),
        new Attention(heads, causal, dropout),
        Linear.of(width, width, Initializer.byFanIn()));
  }

  /** Of positions over themselves. */
  @Override
  public Value forward(Value x) {
    return of(x, x);
  }

  /** Of queries from one sequence [N, T, D] over keys and values from another [N, S, D]. */
  Value of(Value x, Value source) {
    return of(x, source, Optional.empty());
  }

  /** Over the keys that are attended, BOOL, broadcast to [N, heads, T, S]. */
  Value of(Value x, Value source, Optional<Value> attended) {
    x.in(this);
    int d = x.dim(2);
    if (x == source) { // one product instead of three
      Value all = project(x, 0, 3 * d);
      Value y =
          attention.of(
              all.slice(2, 0, d), all.slice(2, d, 2 * d), all.slice(2, 2 * d, 3 * d), attended);
      return out.forward(y);
    }
    return over(x, content(source), attended);
  }

  /** What queries may attend to in a sequence [N, S, D]. */
  KeyValueCache.Content content(Value source) {
    source.in(this);
    int d = source.dim(2);
    Value both = project(source, d, 3 * d);
    return new KeyValueCache.Content(both.slice(2, 0, d), both.slice(2, d, 2 * d));
  }

  /** Of queries from a sequence [N, T, D] over keys and values that are there already. */
  Value over(Value x, KeyValueCache.Content seen, Optional<Value> attended) {
    x.in(this);
    Value q = project(x, 0, x.dim(2));
    return out.forward(attention.of(q, seen.keys(), seen.values(), attended)); // [N, T, D]
  }

  /**
   * Of one more position [N, 1, D] over itself and those before, which a cache holds.
   *
   * @param rows the sequences that these continue, [N]; each its own without them
   */
  Value step(Value x, KeyValueCache cache, Value position, Optional<Value> rows) {
    x.in(this);
    int d = x.dim(2);
    Value all = project(x, 0, 3 * d);
    KeyValueCache.Content seen =
        cache.add(all.slice(2, d, 2 * d), all.slice(2, 2 * d, 3 * d), position, rows);
    return out.forward(attention.after(position, all.slice(2, 0, d), seen.keys(), seen.values()));
  }

  private Value project(Value x, int from, int to) {
    Value w = weight.in(x).slice(0, from, to);
    Value y = x.reshape(-1, x.dim(2)).matmul(w, false, true).plus(bias.in(x).slice(0, from, to));
    return y.reshape(x.dim(0), x.dim(1), to - from);
  }
}
