package dev.bramante.nn;

import dev.bramante.graph.BinaryKind;
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
  /** The same for keys that are chosen by a mask only. */
  public Attention asUnmasked() {
    return new Attention(heads, false, dropout);
  }

  /** Over all keys. */
  public Value of(Value q, Value k, Value v) {
    return of(q, k, v, Optional.empty());
  }

  /**
   * Over some of the keys.
   *
   * @param attended what each query sees, BOOL, broadcast to [N, heads, T, S]
   */
  public Value of(Value q, Value k, Value v, Optional<Value> attended) {
    int width = q.dim(2);
    Checks.require(
        width % heads == 0, q, "a width of %d can't be divided among %d heads", width, heads);
    Value logits = heads(q).matmul(heads(k), false, true); //                  [N, H, T, S]
    logits = logits.times((float) (1 / Math.sqrt((double) width / heads)));
    Value lowest = q.like(-1e30f);
    if (causal) {
      int[] dims = {logits.dim(2), logits.dim(3)};
      Value row = q.trace().iota(0, dims);
      Value column = q.trace().iota(1, dims);
      logits = column.binary(BinaryKind.LE, row).where(logits, lowest);
    }
    if (attended.isPresent()) {
      logits = attended.get().where(logits, lowest);
    }
    Value shares = Functions.softmax(logits, -1);
    if (q.trace().training()) {
      shares = Functions.dropout(shares, dropout);
    }
    Value y = shares.matmul(heads(v)); //                                      [N, H, T, D/H]
    return y.transpose(0, 2, 1, 3).reshape(q.shape().dims()); //               [N, T, D]
  }

  private Value heads(Value x) {
    return x.reshape(x.dim(0), x.dim(1), heads, x.dim(2) / heads).transpose(0, 2, 1, 3);
  }
}
