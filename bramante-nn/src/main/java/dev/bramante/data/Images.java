package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.io.Quote;
import dev.bramante.tensor.Shape;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;

/** Reads a user's picture: PNG, JPEG, GIF or BMP. */
public final class Images {
  /** As many as a photograph of today has; more would only be thrown away by the scaling. */
  static final int MAX_PIXELS = 64_000_000;

  private static final int BYTES_PER_PIXEL = 4;

  /** The weights of red, green and blue in the brightness (ITU-R BT.601). */
  private static final float[] LUMA = {0.299f, 0.587f, 0.114f};

  private Images() {}

  /**
   * Reads a picture as brightness from 0 (black) to 1, scaled to the size. What is transparent
   * becomes white, as on paper.
   *
   * @return {@code [height, width, 1]}, row-major
   * @throws FileFormatException if the file is no picture, or too large a one
   * @throws IOException if it cannot be read
   */
  public static float[] gray(Path file, int height, int width) throws IOException {
    InputFile.size(file);
    BufferedImage image = decode(file);
    var across = new Scale(image.getWidth(), width);
    var down = new Scale(image.getHeight(), height);
    // Row by row, so that the picture is never in memory as floats in its full size.
    var row = new float[image.getWidth()];
    var narrow = new float[image.getHeight() * width];
    for (int y = 0; y < image.getHeight(); y++) {
      brightness(image, y, row);
      across.apply(row, 0, narrow, y * width, 1);
    }
    var scaled = new float[height * width];
    for (int x = 0; x < width; x++) {
      down.apply(narrow, x, scaled, x, width);
    }
    return scaled;
  }

  static void checkImage(Shape shape) {
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "an image has the axes height, width and channels, this input " + shape);
    }
  }

  private static BufferedImage decode(Path file) throws IOException {
    try (var in = new FileImageInputStream(file.toFile())) {
      var readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new FileFormatException(
            file, "this is no picture", "PNG, JPEG, GIF and BMP are read");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        checkSize(file, reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
      } catch (FileFormatException known) {
        throw known;
      } catch (IOException | RuntimeException broken) {
        // The decoders of the JDK meet damage with several kinds of unchecked exceptions.
        throw new FileFormatException(
            file,
            "the picture cannot be decoded: " + Quote.clean(String.valueOf(broken.getMessage())),
            "save it anew as PNG",
            broken);
      } finally {
        reader.dispose();
      }
    }
  }

  private static void checkSize(Path file, int width, int height) throws FileFormatException {
    long most = Math.min(MAX_PIXELS, Runtime.getRuntime().maxMemory() / 2 / BYTES_PER_PIXEL);
    if (width < 1 || height < 1 || (long) width * height > most) {
      throw new FileFormatException(
          file,
          "the picture has " + width + " × " + height + " pixels",
          "at most " + most + " are read; scale it down");
    }
  }

  private static void brightness(BufferedImage image, int y, float[] row) {
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      ofGray(image, y, row);
    } else {
      ofColor(image, y, row);
    }
  }

  /** The samples as they are: conversion to RGB would apply a second gamma curve. */
  private static void ofGray(BufferedImage image, int y, float[] row) {
    Raster raster = image.getRaster();
    float white = (1 << image.getColorModel().getComponentSize(0)) - 1;
    boolean alpha = image.getColorModel().hasAlpha();
    for (int x = 0; x < row.length; x++) {
      float gray = raster.getSample(x, y, 0) / white;
      row[x] = alpha ? onWhite(gray, raster.getSample(x, y, 1) / white) : gray;
    }
  }

  private static void ofColor(BufferedImage image, int y, float[] row) {
    for (int x = 0; x < row.length; x++) {
      int pixel = image.getRGB(x, y);
      float gray = 0;
      for (int c = 0; c < 3; c++) {
        gray += LUMA[c] * ((pixel >>> 16 - 8 * c) & 0xFF) / 255;
      }
      row[x] = onWhite(gray, (pixel >>> 24) / 255f);
    }
  }

  private static float onWhite(float gray, float alpha) {
    return gray * alpha + (1 - alpha);
  }
}
