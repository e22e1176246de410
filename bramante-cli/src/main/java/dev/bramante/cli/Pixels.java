package dev.bramante.cli;

import dev.bramante.data.Idx;
import dev.bramante.data.Images;
import dev.bramante.data.SampleRandom;
import dev.bramante.data.image.ImageDecoder;
import dev.bramante.data.image.Transforms;
import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An image that somebody wants classified.
 *
 * @param name the file's name, with the index where it holds many
 * @param values brightness, or red, green and blue, from 0 (black) to 1, row-major
 */
record Pixels(String name, float[] values) {
  private static final int GZIP = 0x1f8b;
  private static final int IDX = 0x0000;

  /**
   * Reads a picture, scaled to the size, or all images of an IDX file, which must have it.
   *
   * @param shape [height, width, channels]: brightness alone, or three for colour
   */
  static List<Pixels> read(Path file, Shape shape) throws IOException {
    int magic = magic(file);
    return magic == IDX || magic == GZIP
        ? many(file, Idx.read(file), shape)
        : List.of(new Pixels(file.toString(), picture(file, shape)));
  }

  private static float[] picture(Path file, Shape shape) throws IOException {
    if (shape.dim(2) == 1) {
      return Images.gray(file, shape.dim(0), shape.dim(1));
    }
    var values = new float[shape.size()];
    Transforms.eval(shape.dim(0))
        .apply(ImageDecoder.read(file), new SampleRandom(0, 0, 0))
        .toFloats(values, 0, shape.dim(2));
    return values;
  }

  /** The same in negative. */
  Pixels inverted() {
    float[] inverted = values.clone();
    for (int i = 0; i < inverted.length; i++) {
      inverted[i] = 1 - inverted[i];
    }
    return new Pixels(name, inverted);
  }

  private static int magic(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      return -1; // whoever reads it says what is wrong
    }
    try (var in = Files.newInputStream(file)) {
      return in.read() << 8 | in.read();
    }
  }

  private static List<Pixels> many(Path file, Idx idx, Shape shape) throws IOException {
    int size = shape.size();
    Shape found = idx.shape();
    if (found.rank() < 3
        || found.dim(1) != shape.dim(0)
        || found.dim(2) != shape.dim(1)
        || found.size() != found.dim(0) * size) {
      throw new FileFormatException(
          file, "has the shape " + found + ", not images of " + shape, "give a file of images");
    }
    var images = new ArrayList<Pixels>();
    for (int i = 0; i < found.dim(0); i++) {
      float[] values = new float[size];
      for (int j = 0; j < size; j++) {
        values[j] = Byte.toUnsignedInt(idx.values()[i * size + j]) / 255f;
      }
      images.add(new Pixels(file + "[" + i + "]", values));
    }
    return images;
  }
}
