package dev.bramante.reference;

import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Type;
import dev.bramante.tensor.DType;
import java.util.Arrays;

/** Operations that sum or compare along axes: reductions and matrix products. */
final class Products {
  private Products() {}

  static Array reduce(ReduceKind kind, Array x, Type type) {
    Array result = Array.zeros(type);
    double[] out = result.values();
    if (kind == ReduceKind.MAX) {
      Arrays.fill(out, Double.NEGATIVE_INFINITY);
    }
    int[] places = Movement.places(type.shape(), x.shape());
    for (int i = 0; i < places.length; i++) {
      int place = places[i];
      out[place] =
          switch (kind) {
            case SUM -> out[place] + x.at(i);
            case MAX -> Math.max(out[place], x.at(i));
          };
    }
    if (type.dtype() == DType.I32) {
      Arrays.setAll(out, i -> (int) (long) out[i]);
    }
    return result;
  }

  static Array argMax(Array x, int axis, Type type) {
    Array result = Array.zeros(type);
    int stride = x.shape().strides()[axis];
    int[] places = Movement.places(type.shape(), x.shape());
    int[] best = new int[result.values().length];
    Arrays.fill(best, -1);
    for (int i = 0; i < places.length; i++) {
      int place = places[i];
      if (best[place] < 0 || x.at(i) > x.at(best[place])) {
        best[place] = i;
        result.values()[place] = i / stride % x.shape().dim(axis);
      }
    }
    return result;
  }

  static Array matMul(Array a, boolean transposeA, Array b, boolean transposeB, Type type) {
    Array result = Array.zeros(type);
    int rank = type.shape().rank();
    int m = type.shape().dim(-2);
    int n = type.shape().dim(-1);
    int k = a.shape().dim(transposeA ? -2 : -1);
    int batches = type.shape().size(0, rank - 2);
    boolean shared = b.shape().size(0, rank - 2) != batches;
    for (int batch = 0; batch < batches; batch++) {
      int atA = batch * m * k;
      int atB = shared ? 0 : batch * k * n;
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int l = 0; l < k; l++) {
            sum +=
                a.at(atA + (transposeA ? l * m + i : i * k + l))
                    * b.at(atB + (transposeB ? j * k + l : l * n + j));
          }
          result.values()[(batch * m + i) * n + j] = sum;
        }
      }
    }
    return result;
  }
}
