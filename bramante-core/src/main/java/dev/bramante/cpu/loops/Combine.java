package dev.bramante.cpu.loops;

import dev.bramante.graph.ReduceKind;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Reduces the partial results of one sum, runs of elements each, in a fixed order. */
final class Combine {
  /** The partial results: {@code count} runs of {@code length} elements. */
  record From(Partials partials, int count, int length) {}

  private final ReduceKind kind;
  private final From from;
  private final Operand to;
  private final int[] targets;
  private final boolean[] first;
  private Object array;
  private int offset;

  /**
   * @param target where a run is added, from its number
   */
  Combine(ReduceKind kind, From from, Operand to, IntUnaryOperator target) {
    this.kind = kind;
    this.from = from;
    this.to = to;
    targets = new int[from.count()];
    Arrays.setAll(targets, target);
    first = new boolean[targets.length];
    var seen = new boolean[Arrays.stream(targets).max().orElse(0) + 1];
    for (int i = 0; i < targets.length; i++) {
      first[i] = !seen[targets[i]];
      seen[targets[i]] = true;
    }
  }

  void bind(Object[] arrays, int[] offsets) {
    from.partials().bind(arrays, offsets);
    switch (to.source()) {
      case Operand.Bound(var index) -> {
        array = arrays[index];
        offset = offsets[index];
      }
      case Operand.Fixed(var fixed) -> array = fixed;
      case Operand.Shared _, Operand.Scratch _, Operand.Position _ ->
          throw new IllegalStateException("a sum goes to an array");
    }
  }

  void run() {
    int length = from.length();
    Object partials = from.partials().array();
    int at = from.partials().at();
    for (int i = 0; i < targets.length; i++) {
      int target = offset + targets[i];
      if (first[i]) {
        System.arraycopy(partials, at, array, target, length);
      } else if (to.ints()) {
        reduce((int[]) partials, at, (int[]) array, target, length);
      } else {
        reduce((float[]) partials, at, (float[]) array, target, length);
      }
      at += length;
    }
  }

  private void reduce(float[] a, int from, float[] b, int to, int n) {
    switch (kind) {
      case SUM -> add(a, from, b, to, n);
      case MAX -> {
        for (int i = 0; i < n; i++) {
          b[to + i] = Math.max(b[to + i], a[from + i]);
        }
      }
    }
  }

  private static void add(float[] a, int from, float[] b, int to, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i] += a[from + i];
    }
  }

  private void reduce(int[] a, int from, int[] b, int to, int n) {
    for (int i = 0; i < n; i++) {
      b[to + i] =
          switch (kind) {
            case SUM -> b[to + i] + a[from + i];
            case MAX -> Math.max(b[to + i], a[from + i]);
          };
    }
  }
}
