package dev.bramante.data.image;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;

/** The samples of JPEG files as colours, by the rules and the arithmetic of libjpeg and PIL. */
final class JpegColors {
  private static final int HALF = 1 << 15;

  private JpegColors() {}

  /** The picture of samples as they are coded. */
  static RgbImage convert(Raster coded, JpegHeader header) throws IOException {
    int width = coded.getWidth();
    int height = coded.getHeight();
    var image = RgbImage.black(width, height);
    int bands = coded.getNumBands();
    var row = new int[width * bands];
    var bytes = new byte[row.length];
    if (coded.getTransferType() != DataBuffer.TYPE_BYTE) {
      throw new IOException("its samples have not 8 bits");
    }
    for (int y = 0; y < height; y++) {
      coded.getDataElements(coded.getMinX(), coded.getMinY() + y, width, 1, bytes);
      for (int i = 0; i < row.length; i++) {
        row[i] = bytes[i] & 0xFF;
      }
      int at = 3 * y * width;
      switch (bands) {
        case 1 -> gray(row, image.rgb(), at);
        case 3 -> {
          if (!header.isRgb()) {
            toRgb(row, 3);
          }
          rgb(row, image.rgb(), at);
        }
        case 4 -> fourBands(row, header, image.rgb(), at);
        default -> throw new IOException("it has " + bands + " components");
      }
    }
    return image;
  }

  private static void gray(int[] row, byte[] rgb, int at) {
    for (int i = 0; i < row.length; i++) {
      rgb[at + 3 * i] = rgb[at + 3 * i + 1] = rgb[at + 3 * i + 2] = (byte) row[i];
    }
  }

  private static void rgb(int[] row, byte[] rgb, int at) {
    for (int i = 0; i < row.length; i++) {
      rgb[at + i] = (byte) row[i];
    }
  }

  /** YCbCr to RGB in place (ITU-T T.871), in fixed point as libjpeg has it. */
  private static void toRgb(int[] row, int step) {
    for (int i = 0; i < row.length; i += step) {
      int y = row[i];
      int cb = row[i + 1] - 128;
      int cr = row[i + 2] - 128;
      row[i] = clamp(y + (91_881 * cr + HALF >> 16));
      row[i + 1] = clamp(y + (-22_554 * cb - 46_802 * cr + HALF >> 16));
      row[i + 2] = clamp(y + (116_130 * cb + HALF >> 16));
    }
  }

  /** CMYK, which Adobe's programs store inverted. */
  private static void fourBands(int[] row, JpegHeader header, byte[] rgb, int at) {
    boolean inverted = header.adobe() >= 0;
    if (header.adobe() == 2) {
      toRgb(row, 4);
      for (int i = 0; i < row.length; i++) {
        row[i] = i % 4 == 3 ? row[i] : 255 - row[i];
      }
    }
    for (int i = 0; i < row.length / 4; i++) {
      int key = row[4 * i + 3];
      int light = inverted ? key : 255 - key;
      for (int c = 0; c < 3; c++) {
        int ink = inverted ? 255 - row[4 * i + c] : row[4 * i + c];
        rgb[at + 3 * i + c] = (byte) clamp(light - times(ink, light));
      }
    }
  }

  /** a · b / 255, rounded. */
  private static int times(int a, int b) {
    int product = a * b + 128;
    return (product >> 8) + product >> 8;
  }

  private static int clamp(int value) {
    return Math.clamp(value, 0, 255);
  }
}
