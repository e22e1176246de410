package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Images of another data set in another size, scaled bilinearly each time that they are read.
 *
 * @param images the other data set, of images [H, W, C]
 * @param inputShape the shape of one scaled image, of as many channels
 */
public record ScaledImages(Dataset images, Shape inputShape) implements Dataset {
  /** Checks the shapes. */
  public ScaledImages {
    ImageShape.require(images.inputShape());
    ImageShape.require(inputShape);
    if (images.inputShape().dim(2) != inputShape.dim(2)) {
      throw new IllegalArgumentException(
          "images %s cannot be scaled to %s: their channels differ"
              .formatted(images.inputShape(), inputShape));
    }
  }

  /** The data set as it is where its images have that size already. */
  public static Dataset of(Dataset images, int height, int width) {
    Shape shape = images.inputShape();
    ImageShape.require(shape);
    boolean same = shape.dim(0) == height && shape.dim(1) == width;
    return same ? images : new ScaledImages(images, Shape.of(height, width, shape.dim(2)));
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public List<String> classes() {
    return images.classes();
  }

  @Override
  public int target(int index) {
    return images.target(index);
  }

  @Override
  public Optional<Normalization> normalization() {
    return images.normalization();
  }

  @Override
  public void input(int index, float[] into, int offset) {
    Shape from = images.inputShape();
    var original = new float[from.size()];
    images.input(index, original, 0);
    int channels = from.dim(2);
    int width = inputShape.dim(1);
    var across = new Scale(from.dim(1), width);
    var down = new Scale(from.dim(0), inputShape.dim(0));
    var narrow = new float[from.dim(0) * width * channels];
    for (int y = 0; y < from.dim(0); y++) {
      for (int c = 0; c < channels; c++) {
        across.apply(
            original, y * from.dim(1) * channels + c, narrow, y * width * channels + c, channels);
      }
    }
    for (int x = 0; x < width * channels; x++) {
      down.apply(narrow, x, into, offset + x, width * channels);
    }
  }
}
