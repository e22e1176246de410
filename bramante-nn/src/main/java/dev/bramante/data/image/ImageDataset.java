package dev.bramante.data.image;

import dev.bramante.data.Batch;
import dev.bramante.data.Dataset;
import dev.bramante.data.Normalization;
import dev.bramante.data.SampleRandom;
import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Pictures as inputs of a network.
 *
 * @param source the pictures
 * @param inputShape {@code [height, width, channels]}, with 3 channels for colour and 1 for
 *     brightness alone
 * @param transform makes a picture of that size of each
 * @param broken what becomes of those that cannot be read
 */
public record ImageDataset(
    ImageSource source, Shape inputShape, ImageTransform transform, BrokenImages broken)
    implements Dataset {
  /** Checks that the shape is a picture's. */
  public ImageDataset {
    if (inputShape.rank() != 3 || inputShape.dim(2) != 1 && inputShape.dim(2) != 3) {
      throw new IllegalArgumentException(
          "the network takes inputs of shape " + inputShape + ", no pictures");
    }
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public List<String> classes() {
    return source.classes();
  }

  @Override
  public int target(int index) {
    return source.target(index);
  }

  @Override
  public Optional<Normalization> normalization() {
    return Optional.of(Transforms.normalization(inputShape.dim(2)));
  }

  @Override
  public boolean costly() {
    return true;
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the picture cannot be read
   */
  @Override
  public void input(int index, float[] into, int offset) {
    try {
      write(index, into, offset, new SampleRandom(0, 0, index));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public int sample(int index, float[] into, int offset, SampleRandom random) {
    try {
      write(index, into, offset, random);
      return target(index);
    } catch (IOException e) {
      broken.add(source.name(index), e);
      Arrays.fill(into, offset, offset + inputShape.size(), 0);
      return Batch.IGNORED;
    }
  }

  private void write(int index, float[] into, int offset, SampleRandom random) throws IOException {
    RgbImage image = transformed(index, random);
    if (image.height() != inputShape.dim(0) || image.width() != inputShape.dim(1)) {
      throw new IllegalArgumentException(
          "the transform gives %d × %d pixels, the network takes %s"
              .formatted(image.height(), image.width(), inputShape));
    }
    image.toFloats(into, offset, inputShape.dim(2));
  }

  private RgbImage transformed(int index, SampleRandom random) throws IOException {
    RgbImage read = source.read(index);
    try {
      return transform.apply(read, random);
    } catch (IllegalArgumentException unfit) {
      throw new FileFormatException(source.name(index), unfit.getMessage(), "crop it", unfit);
    }
  }
}
