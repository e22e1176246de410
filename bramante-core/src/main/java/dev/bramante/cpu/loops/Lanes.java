package dev.bramante.cpu.loops;

import dev.bramante.graph.ReduceKind;

/**
 * Folds the lanes of a stored vector in a fixed order: the Vector API leaves the order of its own
 * sums open, and interpreted and compiled code differ.
 */
final class Lanes {
  private Lanes() {}

  static float sum4(float[] a, int o) {
    return (a[o] + a[o + 2]) + (a[o + 1] + a[o + 3]);
  }

  static float sum8(float[] a, int o) {
    float s0 = a[o] + a[o + 4];
    float s1 = a[o + 1] + a[o + 5];
    float s2 = a[o + 2] + a[o + 6];
    float s3 = a[o + 3] + a[o + 7];
    return (s0 + s2) + (s1 + s3);
  }

  static float sum16(float[] a, int o) {
    float s0 = (a[o] + a[o + 8]) + (a[o + 4] + a[o + 12]);
    float s1 = (a[o + 1] + a[o + 9]) + (a[o + 5] + a[o + 13]);
    float s2 = (a[o + 2] + a[o + 10]) + (a[o + 6] + a[o + 14]);
    float s3 = (a[o + 3] + a[o + 11]) + (a[o + 7] + a[o + 15]);
    return (s0 + s2) + (s1 + s3);
  }

  static float max4(float[] a, int o) {
    return Math.max(Math.max(a[o], a[o + 1]), Math.max(a[o + 2], a[o + 3]));
  }

  static float max8(float[] a, int o) {
    return Math.max(max4(a, o), max4(a, o + 4));
  }

  static float max16(float[] a, int o) {
    return Math.max(max8(a, o), max8(a, o + 8));
  }

  static int sum(int[] a, int o, int lanes) {
    int sum = 0;
    for (int i = 0; i < lanes; i++) {
      sum += a[o + i];
    }
    return sum;
  }

  static int max(int[] a, int o, int lanes) {
    int max = a[o];
    for (int i = 1; i < lanes; i++) {
      max = Math.max(max, a[o + i]);
    }
    return max;
  }

  /** Replaces the elements at {@code o} by their powers with the exponents that follow them. */
  static void pow(float[] a, int o, int lanes) {
    for (int i = 0; i < lanes; i++) {
      a[o + i] = (float) Math.pow(a[o + i], a[o + lanes + i]);
    }
  }

  /** What a reduction starts from. */
  static float neutral(ReduceKind kind) {
    return switch (kind) {
      case SUM -> 0;
      case MAX -> Float.NEGATIVE_INFINITY;
    };
  }

  static int neutralInt(ReduceKind kind) {
    return switch (kind) {
      case SUM -> 0;
      case MAX -> Integer.MIN_VALUE;
    };
  }
}
