package dev.bramante.models;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import java.util.Optional;

/**
 * What attention keeps of the positions that it has read: the keys and values of one block, in
 * memory of a fixed size, [N, length, D] each.
 */
public record KeyValueCache(Variable keys, Variable values) {
  KeyValueCache(int n, int length, int width) {
    this(
        new Variable("keys", Type.f32(n, length, width)),
        new Variable("values", Type.f32(n, length, width)));
  }

  /** All that is kept after a token has been added: keys and values, [N, length, D] each. */
  record Content(Value keys, Value values) {}

  /** All that is kept, in a trace. */
  Content in(Trace trace) {
    return new Content(trace.read(keys), trace.read(values));
  }

  /** Begins with keys and values [N, T, D] of the first positions. */
  void begin(Value k, Value v) {
    int rest = keys.type().shape().dim(1) - k.dim(1);
    k.trace().assign(keys, k.pad(1, 0, rest, 0));
    v.trace().assign(values, v.pad(1, 0, rest, 0));
  }

  /**
   * Puts keys and values [N, 1, D] at a position.
   *
   * @param position of each sequence, [N]
   * @param rows the sequences that these continue, [N]; each its own without them
   */
  Content add(Value k, Value v, Value position, Optional<Value> rows) {
    return new Content(put(keys, k, position, rows), put(values, v, position, rows));
  }

  private static Value put(Variable kept, Value x, Value position, Optional<Value> rows) {
    Value before = x.trace().read(kept);
    Value after = rows.map(before::gather).orElse(before).replaceRows(x, position);
    x.trace().assign(kept, after);
    return after;
  }
}
