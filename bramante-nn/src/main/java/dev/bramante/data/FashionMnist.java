package dev.bramante.data;

import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf 2017): grey images {@code [28, 28, 1]} of clothes in 10
 * classes. A sample of 5,000 training and 1,000 test images comes with Bramante; the whole, 60,000
 * and 10,000, is read from a folder.
 */
public final class FashionMnist {
  /** The names of the classes. */
  public static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private FashionMnist() {}

  /** The normalisation by mean and deviation of the 60,000 training images. */
  public static Normalization normalization() {
    return new Normalization(new float[] {0.2860f}, new float[] {0.3530f});
  }

  /** The sample that comes with Bramante. */
  public static TrainTest embedded() throws IOException {
    return new TrainTest(embedded("train"), embedded("t10k"));
  }

  /**
   * The set in a folder: {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code
   * t10k-images-idx3-ubyte} and {@code t10k-labels-idx1-ubyte}, each plain or with {@code .gz}.
   *
   * @throws FileFormatException if a file is not sound
   * @throws IOException if one is missing or cannot be read
   */
  public static TrainTest from(Path folder) throws IOException {
    return new TrainTest(from(folder, "train"), from(folder, "t10k"));
  }

  private static Dataset from(Path folder, String part) throws IOException {
    return IdxImages.read(find(folder, images(part)), find(folder, labels(part)), CLASSES);
  }

  private static Path find(Path folder, String name) throws IOException {
    Path plain = folder.resolve(name);
    Path packed = folder.resolve(name + ".gz");
    if (Files.exists(plain)) {
      return plain;
    }
    if (Files.exists(packed)) {
      return packed;
    }
    String reason =
        Files.isDirectory(folder)
            ? "the folder lacks " + name + " (plain or .gz); get all four files of the set"
            : "there is no such folder; check the path";
    throw new NoSuchFileException(folder.toString(), null, reason);
  }

  private static Dataset embedded(String part) throws IOException {
    return IdxImages.pair(resource(images(part)), resource(labels(part)), CLASSES);
  }

  private static IdxImages.Named resource(String name) throws IOException {
    String file = "fashion-mnist/" + name + ".gz";
    try (var in = FashionMnist.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new NoSuchFileException(
            file, null, "missing from the jar of Bramante; build or install it again");
      }
      return new IdxImages.Named(file, Idx.read(in.readAllBytes(), file));
    }
  }

  private static String images(String part) {
    return part + "-images-idx3-ubyte";
  }

  private static String labels(String part) {
    return part + "-labels-idx1-ubyte";
  }
}
