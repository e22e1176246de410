package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Labelled images in a pair of IDX files, as MNIST and its relatives come. */
public final class IdxImages {
  private IdxImages() {}

  /**
   * Reads images {@code [N, height, width]} or {@code [N, height, width, channels]} and their
   * labels {@code [N]}.
   *
   * @param classes the names of the classes
   * @throws FileFormatException if a file is not sound, the two don't fit, or a label is no class
   */
  public static Dataset read(Path images, Path labels, List<String> classes) throws IOException {
    return pair(
        new Named(images.toString(), Idx.read(images)),
        new Named(labels.toString(), Idx.read(labels)),
        classes);
  }

  /** Content with the name for messages. */
  record Named(String name, Idx content) {}

  static Dataset pair(Named images, Named labels, List<String> classes) throws FileFormatException {
    Shape shape = images.content().shape();
    Shape labelShape = labels.content().shape();
    if (shape.rank() != 3 && shape.rank() != 4 || shape.size() == 0) {
      throw new FileFormatException(
          images.name(),
          "has the shape " + shape + ", images have [N, height, width]",
          "are images and labels exchanged?");
    }
    if (labelShape.rank() != 1) {
      throw new FileFormatException(
          labels.name(),
          "has the shape " + labelShape + ", labels have [N]",
          "are images and labels exchanged?");
    }
    if (labelShape.dim(0) != shape.dim(0)) {
      throw new FileFormatException(
          labels.name(),
          "has " + labelShape.dim(0) + " labels, " + images.name() + " " + shape.dim(0) + " images",
          "take both from the same set");
    }
    checkLabels(labels, classes);
    Shape image = Shape.of(shape.dim(1), shape.dim(2), shape.rank() == 4 ? shape.dim(3) : 1);
    return new ByteImages(
        image, images.content().values(), labels.content().values(), List.copyOf(classes));
  }

  private static void checkLabels(Named labels, List<String> classes) throws FileFormatException {
    byte[] values = labels.content().values();
    for (int i = 0; i < values.length; i++) {
      int label = Byte.toUnsignedInt(values[i]);
      if (label >= classes.size()) {
        throw new FileFormatException(
            labels.name(),
            "label "
                + i
                + " (from 0) is "
                + label
                + ", the classes are 0 to "
                + (classes.size() - 1),
            "correct it or take a model of more classes");
      }
    }
  }
}
