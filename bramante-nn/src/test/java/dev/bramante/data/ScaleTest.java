package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void scalingKeepsConstantsAndInterpolatesBetween() {
    for (int from : new int[] {1, 2, 7, 28, 100}) {
      for (int to : new int[] {1, 3, 28, 207}) {
        var line = new float[from];
        Arrays.fill(line, 0.7f);
        var scaled = new float[to];
        new Scale(from, to).apply(line, 0, scaled, 0, 1);
        for (float value : scaled) {
          assertEquals(0.7f, value, 1e-6f);
        }
      }
    }
    var doubled = new float[4];
    new Scale(2, 4).apply(new float[] {0, 1}, 0, doubled, 0, 1);
    assertArrayEquals(new float[] {0, 0.25f, 0.75f, 1}, doubled, 1e-6f);
  }

  @Test
  void shrinkingAveragesFinePatterns() {
    var stripes = new float[60];
    for (int i = 0; i < stripes.length; i++) {
      stripes[i] = i % 2;
    }
    var scaled = new float[6];
    new Scale(60, 6).apply(stripes, 0, scaled, 0, 1);
    for (float value : scaled) {
      assertEquals(0.5f, value, 0.03f);
    }
  }
}
