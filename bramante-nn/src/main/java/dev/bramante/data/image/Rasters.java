package dev.bramante.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Decoded pictures of any layout as 8 bits of red, green and blue, without what is transparent. */
final class Rasters {
  private Rasters() {}

  /** The picture's samples as they are: a colour space would bring its own gamma curve. */
  static RgbImage convert(BufferedImage from) {
    var image = RgbImage.black(from.getWidth(), from.getHeight());
    Raster raster = from.getRaster();
    if (from.getColorModel() instanceof IndexColorModel palette) {
      ofPalette(raster, palette, image);
    } else {
      ofSamples(raster, image);
    }
    return image;
  }

  private static void ofPalette(Raster raster, IndexColorModel palette, RgbImage image) {
    int width = image.width();
    var row = new int[width * raster.getNumBands()];
    var colors = new int[palette.getMapSize()];
    palette.getRGBs(colors);
    for (int y = 0; y < image.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int color = row[x] < colors.length ? colors[row[x]] : 0;
        int at = 3 * (y * width + x);
        image.rgb()[at] = (byte) (color >> 16);
        image.rgb()[at + 1] = (byte) (color >> 8);
        image.rgb()[at + 2] = (byte) color;
      }
    }
  }

  private static void ofSamples(Raster raster, RgbImage image) {
    int width = image.width();
    int bands = raster.getNumBands();
    int[] bits = raster.getSampleModel().getSampleSize();
    var row = new int[width * bands];
    for (int y = 0; y < image.height(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < 3; c++) {
          int band = bands < 3 ? 0 : c;
          int at = 3 * (y * width + x) + c;
          image.rgb()[at] = (byte) eightBits(row[x * bands + band], bits[band]);
        }
      }
    }
  }

  private static int eightBits(int value, int bits) {
    if (bits == 8) {
      return value;
    }
    return bits > 8 ? value >>> bits - 8 : value * 255 / ((1 << bits) - 1);
  }
}
