package dev.bramante.data.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.SampleRandom;
import org.junit.jupiter.api.Test;

class RandomResizedCropTest {
  /** Of 100,000 draws by the rules of torchvision: large areas often do not fit. */
  private static final double MEAN_SHARE = 0.523;

  /** Red counts columns and green rows, so that the crop can be read off its corners. */
  private static RgbImage ramp(int width, int height) {
    var image = RgbImage.black(width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.rgb()[3 * (y * width + x)] = (byte) x;
        image.rgb()[3 * (y * width + x) + 1] = (byte) y;
      }
    }
    return image;
  }

  @Test
  void cropsHaveTheDrawnAreasAndProportions() {
    var crop = new RandomResizedCrop(50, 0.25, Resampling.BILINEAR);
    double least = 1;
    double sum = 0;
    int count = 500;
    for (int i = 0; i < count; i++) {
      byte[] rgb = crop.apply(ramp(200, 150), new SampleRandom(1, 0, i)).rgb();
      int last = rgb.length - 3;
      // The outermost centres of 50 pixels are 49/50 of the width apart.
      double width = ((rgb[last] & 0xFF) - (rgb[0] & 0xFF)) * 50 / 49.0;
      double height = ((rgb[last + 1] & 0xFF) - (rgb[1] & 0xFF)) * 50 / 49.0;
      double ratio = width / height;
      assertTrue(ratio > 0.70 && ratio < 1.42, "proportions " + ratio);
      double share = width * height / (200 * 150);
      least = Math.min(least, share);
      sum += share;
    }
    assertTrue(least > 0.23 && least < 0.30, "smallest share " + least);
    assertEquals(MEAN_SHARE, sum / count, 0.02);
  }

  @Test
  void aLongPictureThatNeverFitsGivesItsMiddle() {
    RgbImage cut =
        new RandomResizedCrop(8, 1, Resampling.BICUBIC)
            .apply(ramp(100, 6), new SampleRandom(1, 0, 0));
    assertEquals(8, cut.width());
    assertEquals(46, cut.rgb()[0], 1); // 8 of 100 columns, from (100 − 8) / 2 on
  }
}
