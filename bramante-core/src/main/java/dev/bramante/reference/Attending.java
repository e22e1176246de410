package dev.bramante.reference;

import dev.bramante.graph.AttentionOperand;
import dev.bramante.graph.AttentionSpec;
import dev.bramante.graph.Counter;
import dev.bramante.graph.Type;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Attention and its gradients, one query at a time. */
final class Attending {
  private final AttentionSpec spec;
  private final List<Array> in;
  private final int batch;
  private final int heads;
  private final int queries;
  private final int keys;
  private final int width;
  private final int valueWidth;

  Attending(AttentionSpec spec, List<Array> in) {
    this.spec = spec;
    this.in = in;
    batch = in.get(0).shape().dim(0);
    heads = spec.heads();
    queries = in.get(0).shape().dim(1);
    keys = in.get(1).shape().dim(1);
    width = in.get(0).shape().dim(2) / heads;
    valueWidth = in.get(2).shape().dim(2) / heads;
  }

  /** A query of a head of a sequence. */
  private record Row(int sequence, int head, int query) {}

  private interface Visitor {
    void visit(Row row);
  }

  private void forEachRow(Visitor visitor) {
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < queries; i++) {
          visitor.visit(new Row(b, h, i));
        }
      }
    }
  }

  Array result(Type type) {
    var y = new double[type.shape().size()];
    forEachRow(row -> {
      double[] p = probabilities(row);
      for (int j = 0; j < keys; j++) {
        for (int d = 0; d < valueWidth; d++) {
          y[resultAt(row) + d] += p[j] * kept(row, j) * in.get(2).at(valueAt(row, j) + d);
        }
      }
    });
    return new Array(type, y);
  }

  Array sums(Type type) {
    var sums = new double[type.shape().size()];
    forEachRow(
        row -> sums[(row.sequence * heads + row.head) * queries + row.query] = logSum(scores(row)));
    return new Array(type, sums);
  }

  Array gradient(AttentionOperand to, Type type) {
    Array dy = in.getLast();
    var gradient = new double[type.shape().size()];
    forEachRow(row -> {
      double[] p = probabilities(row);
      var dp = new double[keys];
      double mean = 0;
      for (int j = 0; j < keys; j++) {
        for (int d = 0; d < valueWidth; d++) {
          double error = dy.at(resultAt(row) + d) * kept(row, j);
          dp[j] += error * in.get(2).at(valueAt(row, j) + d);
          if (to == AttentionOperand.VALUES) {
            gradient[valueAt(row, j) + d] += p[j] * error;
          }
        }
        mean += p[j] * dp[j];
      }
      for (int j = 0; j < keys; j++) {
        double ds = p[j] * (dp[j] - mean) * spec.scale();
        for (int d = 0; d < width; d++) {
          switch (to) {
            case QUERIES -> gradient[queryAt(row) + d] += ds * in.get(1).at(keyAt(row, j) + d);
            case KEYS -> gradient[keyAt(row, j) + d] += ds * in.get(0).at(queryAt(row) + d);
            case VALUES -> {}
          }
        }
      }
    });
    return new Array(type, gradient);
  }

  private int queryAt(Row row) {
    return ((row.sequence * queries + row.query) * heads + row.head) * width;
  }

  private int keyAt(Row row, int key) {
    return ((row.sequence * keys + key) * heads + row.head) * width;
  }

  private int valueAt(Row row, int key) {
    return ((row.sequence * keys + key) * heads + row.head) * valueWidth;
  }

  private int resultAt(Row row) {
    return ((row.sequence * queries + row.query) * heads + row.head) * valueWidth;
  }

  private double[] probabilities(Row row) {
    double[] scores = scores(row);
    double sum = logSum(scores);
    return Arrays.stream(scores).map(score -> Math.exp(score - sum)).toArray();
  }

  /** The logarithm of the sum of exponentials, 0 where there is none. */
  private static double logSum(double[] scores) {
    double max = Arrays.stream(scores).max().orElse(Double.NEGATIVE_INFINITY);
    return max == Double.NEGATIVE_INFINITY
        ? 0
        : max + Math.log(Arrays.stream(scores).map(score -> Math.exp(score - max)).sum());
  }

  /** Masked scores, −∞ for keys that the query does not see. */
  private double[] scores(Row row) {
    var scores = new double[keys];
    for (int j = 0; j < keys; j++) {
      double product = 0;
      for (int d = 0; d < width; d++) {
        product += in.get(0).at(queryAt(row) + d) * in.get(1).at(keyAt(row, j) + d);
      }
      scores[j] = seen(row, j) ? masked(row, j, product * spec.scale()) : Double.NEGATIVE_INFINITY;
    }
    return scores;
  }

  private boolean seen(Row row, int key) {
    boolean counts = !spec.bounded() || key < number(spec.lengths(), row);
    int past = spec.continued() ? number(spec.past(), row) : 0;
    return counts && (!spec.causal() || key <= past + row.query);
  }

  private int number(int operand, Row row) {
    Array numbers = in.get(operand);
    return (int) numbers.at(numbers.shape().size() == 1 ? 0 : row.sequence);
  }

  private double masked(Row row, int key, double score) {
    if (!spec.masked()) {
      return score;
    }
    Array mask = in.get(spec.mask());
    Shape shape = mask.shape();
    int b = shape.dim(0) == 1 ? 0 : row.sequence;
    int h = shape.dim(1) == 1 ? 0 : row.head;
    int i = shape.dim(2) == 1 ? 0 : row.query;
    double at = mask.at(((b * shape.dim(1) + h) * shape.dim(2) + i) * keys + key);
    boolean chooses = mask.dtype() == DType.BOOL;
    return chooses ? (at == 0 ? Double.NEGATIVE_INFINITY : score) : score + at;
  }

  /** What a probability is multiplied with: 0 if it is dropped out. */
  private double kept(Row row, int key) {
    if (spec.dropout() == 0) {
      return 1;
    }
    int seed = (int) in.get(spec.seed()).at(0);
    int step = (int) in.get(spec.seed() + 1).at(0);
    int index = ((row.sequence * heads + row.head) * queries + row.query) * keys + key;
    float random = Counter.uniform(Counter.key(seed, step, spec.stream()), index);
    return random >= spec.dropout() ? 1 / (1 - (double) spec.dropout()) : 0;
  }
}
