package dev.bramante.data.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of image files that are read, told by their first bytes, not by their names. */
enum ImageFormat {
  JPEG(0, "\u00FF\u00D8\u00FF"),
  PNG(0, "\u0089PNG\r\n\u001A\n"),
  GIF(0, "GIF8"),
  BMP(0, "BM"),
  WEBP(8, "WEBP");

  /** For messages. */
  static final String KNOWN = "JPEG, PNG, BMP, GIF and WebP are read";

  private final int at;
  private final byte[] magic;

  ImageFormat(int at, String magic) {
    this.at = at;
    this.magic = magic.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** The kind of a file's content. */
  static Optional<ImageFormat> of(byte[] content) {
    return Arrays.stream(values()).filter(format -> format.fits(content)).findFirst();
  }

  private boolean fits(byte[] content) {
    int end = at + magic.length;
    return content.length >= end && Arrays.equals(content, at, end, magic, 0, magic.length);
  }
}
