package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScaledImagesTest {
  private static final Dataset TWO =
      Dataset.of(
          Shape.of(2, 2, 2),
          new float[] {0, 1, 4, 1, 8, 1, 12, 1, 5, 5, 5, 5, 5, 5, 5, 5},
          new int[] {1, 0},
          List.of("a", "b"));

  @Test
  void scalesEachChannelOnItsOwn() {
    Dataset scaled = ScaledImages.of(TWO, 4, 3);
    assertEquals(Shape.of(4, 3, 2), scaled.inputShape());
    assertEquals(2, scaled.size());
    assertEquals(1, scaled.target(0));
    float[] image = new float[1 + 24];
    scaled.input(0, image, 1);
    float[] first = new float[12];
    for (int i = 0; i < first.length; i++) {
      first[i] = image[1 + 2 * i];
      assertEquals(1, image[2 + 2 * i], 1e-6, "the other channel is constant");
    }
    assertArrayEquals(new float[] {0, 2, 4, 2, 4, 6, 6, 8, 10, 8, 10, 12}, first, 1e-5f);
    assertEquals(0, image[0]);
  }

  @Test
  void leavesWhatFitsAsItIs() {
    assertSame(TWO, ScaledImages.of(TWO, 2, 2));
  }

  @Test
  void refusesOtherChannels() {
    assertThrows(IllegalArgumentException.class, () -> new ScaledImages(TWO, Shape.of(4, 4, 3)));
  }
}
