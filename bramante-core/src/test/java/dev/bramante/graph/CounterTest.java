package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Moments and correlations of the random numbers, within five standard errors. */
class CounterTest {
  private static final int N = 100_000;

  @Test
  void numbersAreUniform() {
    int key = Counter.key(1, 2, 3);
    int[] histogram = new int[64];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < N; i++) {
      float u = Counter.uniform(key, i);
      assertTrue(u >= 0 && u < 1);
      histogram[(int) (u * 64)]++;
      sum += u;
      squares += u * u;
    }
    assertEquals(0.5, sum / N, 5 * Math.sqrt(1 / 12.0 / N));
    assertEquals(1 / 3.0, squares / N, 5 * Math.sqrt(4 / 45.0 / N));
    double chiSquared = 0;
    for (int count : histogram) {
      chiSquared += Math.pow(count - N / 64.0, 2) / (N / 64.0);
    }
    assertEquals(63, chiSquared, 5 * Math.sqrt(2 * 63));
  }

  @Test
  void neighboursAreUncorrelated() {
    assertEquals(0, correlation(Counter.key(1, 2, 3), Counter.key(1, 2, 3), 1), 5 / Math.sqrt(N));
    assertEquals(0, correlation(Counter.key(1, 2, 3), Counter.key(2, 2, 3), 0), 5 / Math.sqrt(N));
    assertEquals(0, correlation(Counter.key(1, 2, 3), Counter.key(1, 3, 3), 0), 5 / Math.sqrt(N));
    assertEquals(0, correlation(Counter.key(1, 2, 3), Counter.key(1, 2, 4), 0), 5 / Math.sqrt(N));
  }

  private static double correlation(int keyA, int keyB, int lag) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
      sum += (Counter.uniform(keyA, i) - 0.5) * (Counter.uniform(keyB, i + lag) - 0.5);
    }
    return sum / N * 12;
  }

  @Test
  void keysOfNearbySeedsStepsAndStreamsDiffer() {
    Set<Integer> keys = new HashSet<>();
    for (int seed = -8; seed < 8; seed++) {
      for (int step = 0; step < 64; step++) {
        for (int stream = 0; stream < 8; stream++) {
          keys.add(Counter.key(seed, step, stream));
        }
      }
    }
    assertEquals(16 * 64 * 8, keys.size(), 2);
  }

  @Test
  void mixIsOneToOneOnASample() {
    Set<Integer> mixed = new HashSet<>();
    for (int i = -N; i < N; i++) {
      mixed.add(Counter.mix(i));
    }
    assertEquals(2 * N, mixed.size());
    assertNotEquals(Counter.mix(1), Counter.mix(2));
  }
}
