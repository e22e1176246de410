package dev.bramante.nn;

import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Value;
import java.util.Optional;

/**
 * Scaled dot-product attention of several heads (section 4.8; Vaswani et al. 2017), without
 * parameters: softmax(q · kᵀ / √d) · v for each head, of queries [N, T, D] over keys and values [N,
 * S, D], of which head h has the h-th part of the last axis.
 *
 * @param heads a divisor of D
 * @param causal whether position t sees keys up to t only
 * @param dropout of attention, in training
 */
public record Attention(int heads, boolean causal, float dropout) {
  /** Over all keys, or those up to a query's own position. */
  public Value of(Value q, Value k, Value v) {
    return of(q, k, v, options(q));
  }

  /**
   * Over some of the keys.
   *
   * @param attended what each query sees, BOOL [N or 1, heads or 1, T or 1, S]; all without it
   */
  public Value of(Value q, Value k, Value v, Optional<Value> attended) {
    AttentionOptions options = options(q);
    return of(q, k, v, attended.map(options::masked).orElse(options));
  }

  /**
   * Of queries that follow others, whose keys and values are among those given.
   *
   * @param past how many came before in each sequence, I32 [N]
   */
  public Value after(Value past, Value q, Value k, Value v) {
    return of(q, k, v, options(q).after(past));
  }

  private AttentionOptions options(Value q) {
    AttentionOptions options = causal ? AttentionOptions.CAUSAL : AttentionOptions.ALL;
    return q.trace().training() ? options.dropout(dropout) : options;
  }

  private Value of(Value q, Value k, Value v, AttentionOptions options) {
    Checks.require(
        q.dim(2) % heads == 0, q, "a width of %d can't be divided among %d heads", q.dim(2), heads);
    return Functions.attention(q, k, v, heads, options);
  }
}
