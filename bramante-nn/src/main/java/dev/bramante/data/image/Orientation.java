package dev.bramante.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera was held: what has to be done to a picture to see it upright (EXIF 2.32, tag 274).
 *
 * @param mirrored whether columns run from right to left
 * @param flipped whether rows run from bottom to top
 * @param transposed whether rows are columns; done after the two others are undone
 */
record Orientation(boolean mirrored, boolean flipped, boolean transposed) {
  /** A picture that is upright as it is. */
  static final Orientation UPRIGHT = new Orientation(false, false, false);

  private static final int TAG = 274;
  private static final int SHORT = 3;
  private static final int ENTRY = 12;

  /** Of the numbers 1 to 8 in EXIF; any other is upright. */
  static Orientation of(int number) {
    return switch (number) {
      case 2 -> new Orientation(true, false, false);
      case 3 -> new Orientation(true, true, false);
      case 4 -> new Orientation(false, true, false);
      case 5 -> new Orientation(false, false, true);
      case 6 -> new Orientation(false, true, true);
      case 7 -> new Orientation(true, true, true);
      case 8 -> new Orientation(true, false, true);
      default -> UPRIGHT;
    };
  }

  /**
   * What an EXIF block notes in its first directory; upright if it notes nothing or is damaged,
   * since the picture itself may be sound.
   *
   * @param tiff the block from its byte order on
   */
  static Orientation ofExif(ByteBuffer tiff) {
    if (tiff.limit() < 8) {
      return UPRIGHT;
    }
    int order = tiff.getShort(0);
    if (order != 0x4949 && order != 0x4D4D) {
      return UPRIGHT;
    }
    tiff.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory + 2 > tiff.limit()) {
      return UPRIGHT;
    }
    int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY;
      if (entry + ENTRY > tiff.limit()) {
        return UPRIGHT;
      }
      int at = (int) entry;
      if (tiff.getShort(at) == TAG && tiff.getShort(at + 2) == SHORT) {
        return of(tiff.getShort(at + 8));
      }
    }
    return UPRIGHT;
  }

  /** The picture upright. */
  RgbImage apply(RgbImage image) {
    if (equals(UPRIGHT)) {
      return image;
    }
    int width = transposed ? image.height() : image.width();
    int height = transposed ? image.width() : image.height();
    var upright = RgbImage.black(width, height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int column = transposed ? y : x;
        int row = transposed ? x : y;
        int fromX = mirrored ? image.width() - 1 - column : column;
        int fromY = flipped ? image.height() - 1 - row : row;
        int from = 3 * (fromY * image.width() + fromX);
        System.arraycopy(image.rgb(), from, upright.rgb(), 3 * (y * width + x), 3);
      }
    }
    return upright;
  }
}
