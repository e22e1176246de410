package dev.bramante.cli;

import dev.bramante.data.Csv;
import dev.bramante.data.Dataset;
import dev.bramante.data.FashionMnist;
import dev.bramante.data.Split;
import dev.bramante.data.TrainTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Data to train, choose and test a network with.
 *
 * @param name what it is, for people
 * @param training what the network learns from
 * @param validation what the best weights are chosen by, held out of the training data
 * @param test what the result is measured with, once
 */
record TrainData(String name, Dataset training, Dataset validation, Dataset test) {
  /** The source that comes with Bramante. */
  static final String EMBEDDED = "embedded";

  private static final double TEST_SHARE = 0.2;

  /** The same for all seeds, so that runs can be compared and resumed. */
  private static final long SPLIT_SEED = 0;

  /**
   * Reads data and holds a part of it out.
   *
   * @param source {@link #EMBEDDED}, a folder with the four IDX files of a data set, or a table
   *     {@code .csv} with the label in its last column
   * @param validation the share of the training data to hold out
   */
  static TrainData load(String source, double validation) throws IOException {
    TrainTest both = read(source);
    Split split = both.training().split(validation, SPLIT_SEED);
    return new TrainData(name(source), split.training(), split.validation(), both.test());
  }

  /** Reads the test data of the source that a network was trained on. */
  static Dataset test(String source) throws IOException {
    return read(source).test();
  }

  /**
   * Reads data that a network shall be measured on: the test set of a folder, or the whole of a
   * table, which need not have samples of each class.
   */
  static Dataset other(String source, List<String> classes) throws IOException {
    return isTable(source) ? Csv.read(Path.of(source), classes) : test(source);
  }

  /** Whether a source is a table. */
  private static boolean isTable(String source) {
    return source.endsWith(".csv");
  }

  /** A source as people call it. */
  static String name(String source) {
    return source.equals(EMBEDDED) ? "Fashion-MNIST, the sample of 5,000 and 1,000" : source;
  }

  private static TrainTest read(String source) throws IOException {
    if (source.equals(EMBEDDED)) {
      return FashionMnist.embedded();
    }
    if (isTable(source)) {
      Split split = Csv.read(Path.of(source)).split(TEST_SHARE, SPLIT_SEED);
      return new TrainTest(split.training(), split.validation());
    }
    return FashionMnist.from(Path.of(source));
  }
}
