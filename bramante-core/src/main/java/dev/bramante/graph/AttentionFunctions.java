package dev.bramante.graph;

import dev.bramante.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/** Multi-head attention as one operation, and the same composed of others. */
final class AttentionFunctions {
  private AttentionFunctions() {}

  /** As one operation. */
  static Value fused(Value q, Value k, Value v, int heads, AttentionOptions options) {
    Trace trace = q.trace();
    var operands = new ArrayList<>(List.of(q, k, v));
    options.mask().ifPresent(operands::add);
    options.lengths().ifPresent(operands::add);
    options.past().ifPresent(operands::add);
    boolean drops = options.dropout() > 0;
    if (drops) {
      operands.addAll(List.of(trace.seed(), trace.step()));
    }
    var spec =
        new AttentionSpec(
            heads,
            options.causal(),
            scale(q, heads, options),
            options.mask().isPresent(),
            options.lengths().isPresent(),
            options.past().isPresent(),
            options.dropout(),
            drops ? trace.stream() : 0);
    return trace.add(new Op.Attention(spec), operands);
  }

  private static float scale(Value q, int heads, AttentionOptions options) {
    return options.scale().orElseGet(() -> (float) (1 / Math.sqrt(q.dim(-1) / (double) heads)));
  }

  /**
   * Composed of products and a softmax: [B, heads, T, S] scores exist, but masks have gradients.
   */
  static Value composed(Value q, Value k, Value v, int heads, AttentionOptions options) {
    Value scores = split(q, heads).matmul(split(k, heads), false, true);
    scores = scores.times(scale(q, heads, options));
    Value never = scores.like(Float.NEGATIVE_INFINITY);
    if (options.mask().isPresent()) {
      Value mask = options.mask().get();
      scores =
          mask.type().dtype() == DType.BOOL
              ? mask.broadcast(scores.shape()).where(scores, never)
              : scores.plus(mask);
    }
    int[] dims = scores.shape().dims();
    Value key = q.trace().iota(3, dims);
    if (options.causal()) {
      Value last = q.trace().iota(2, dims);
      last = options.past().isPresent() ? last.plus(bySequence(options.past().get())) : last;
      scores = key.binary(BinaryKind.LE, last).where(scores, never);
    }
    if (options.lengths().isPresent()) {
      Value end = bySequence(options.lengths().get()).broadcast(scores.shape());
      scores = key.binary(BinaryKind.LT, end).where(scores, never);
    }
    Value p = Functions.dropout(Functions.softmax(scores, -1), options.dropout());
    Value y = p.matmul(split(v, heads)).transpose(0, 2, 1, 3);
    return y.reshape(q.dim(0), q.dim(1), -1);
  }

  private static Value bySequence(Value numbers) {
    return numbers.reshape(numbers.dim(0), 1, 1, 1);
  }

  /** From [B, T, heads · D] to [B, heads, T, D]. */
  private static Value split(Value x, int heads) {
    return x.reshape(x.dim(0), x.dim(1), heads, -1).transpose(0, 2, 1, 3);
  }
}
