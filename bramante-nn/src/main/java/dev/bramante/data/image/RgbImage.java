package dev.bramante.data.image;

/**
 * A picture of 8 bits a channel.
 *
 * @param width pixels in a row
 * @param height rows
 * @param rgb red, green and blue of each pixel, row by row; not copied
 */
public record RgbImage(int width, int height, byte[] rgb) {
  /** Red, green and blue. */
  static final int CHANNELS = 3;

  /** Red, green and blue in the brightness (ITU-R BT.601), in parts of 65,536 as in PIL. */
  private static final int RED = 19_595;

  private static final int GREEN = 38_470;
  private static final int BLUE = 7_471;

  /** Checks the sizes. */
  public RgbImage {
    if (width < 1 || height < 1 || rgb.length != (long) width * height * CHANNELS) {
      throw new IllegalArgumentException(
          "an image of " + width + " × " + height + " has not " + rgb.length + " bytes");
    }
  }

  /** A black picture. */
  static RgbImage black(int width, int height) {
    return new RgbImage(width, height, new byte[Math.multiplyExact(width * CHANNELS, height)]);
  }

  /** The brightness of a pixel, from 0 to 255, rounded as PIL's mode L is. */
  static int luma(int red, int green, int blue) {
    return RED * red + GREEN * green + BLUE * blue + 0x8000 >> 16;
  }

  /**
   * Writes the picture as numbers between 0 and 1.
   *
   * @param into where to; {@code [height, width, channels]}, row-major
   * @param offset where to begin
   * @param channels 3 for colour, 1 for brightness alone
   */
  public void toFloats(float[] into, int offset, int channels) {
    switch (channels) {
      case CHANNELS -> {
        for (int i = 0; i < rgb.length; i++) {
          into[offset + i] = (rgb[i] & 0xFF) / 255f;
        }
      }
      case 1 -> {
        for (int i = 0; i < rgb.length / CHANNELS; i++) {
          into[offset + i] = luma(value(3 * i), value(3 * i + 1), value(3 * i + 2)) / 255f;
        }
      }
      default ->
          throw new IllegalArgumentException("an image has 3 channels or 1, not " + channels);
    }
  }

  private int value(int index) {
    return rgb[index] & 0xFF;
  }
}
