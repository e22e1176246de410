package dev.bramante.experiments;

import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The probabilities of an attention, which its kernel never stores. With rows of the unit matrix as
 * values, what an attention answers are its probabilities, by the same queries, keys and masks.
 *
 * @param path of the layer, as {@code decoder.1.crossAttention.attention}
 * @param heads how many there are
 * @param probabilities [N, T, heads · S]
 */
record AttentionTap(String path, int heads, Value probabilities) {
  /** Of all attentions that a value is made by, in their order. */
  static List<AttentionTap> of(Trace trace, Value made) {
    var taps = new ArrayList<AttentionTap>();
    for (var node : trace.graph(made).nodes()) {
      if (node.op() instanceof Op.Attention attention) {
        int heads = attention.spec().heads();
        var operands = new ArrayList<>(node.inputs().stream().map(trace::value).toList());
        operands.set(2, trace.constant(units(node.input(1).type().shape(), heads)));
        trace.enterPath(node.path());
        taps.add(new AttentionTap(node.path(), heads, trace.add(attention, operands)));
      }
    }
    return taps;
  }

  /** For each head, value s is a vector with a one at s. */
  private static Tensor units(Shape keys, int heads) {
    int n = keys.dim(0);
    int s = keys.dim(1);
    var values = new float[n * s * heads * s];
    for (int row = 0; row < n * s; row++) {
      for (int head = 0; head < heads; head++) {
        values[(row * heads + head) * s + row % s] = 1;
      }
    }
    return Tensor.of(Shape.of(n, s, heads * s), values);
  }

  /** The mean over heads of how a query sees the keys, out of the probabilities as they ran. */
  double[] mean(Tensor ran, int sample, int query) {
    int queries = ran.shape().dim(1);
    int keys = ran.shape().dim(2) / heads;
    double[] mean = new double[keys];
    int from = (sample * queries + query) * heads * keys;
    for (int i = 0; i < heads * keys; i++) {
      mean[i % keys] += ran.floats()[from + i] / heads;
    }
    return mean;
  }
}
