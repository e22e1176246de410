package dev.bramante.cli;

import dev.bramante.data.Csv;
import dev.bramante.data.Dataset;
import dev.bramante.data.FashionMnist;
import dev.bramante.data.ScaledImages;
import dev.bramante.data.Split;
import dev.bramante.data.TrainTest;
import dev.bramante.data.image.BrokenImages;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;

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

  /** The setting of how many columns of a table are numbers to be predicted. */
  static final String TARGETS = "targets";

  /** Held out for the test where data has no part for it. */
  static final double TEST_SHARE = 0.2;

  /** The same for all seeds, so that runs can be compared and resumed. */
  static final long SPLIT_SEED = 0;

  /**
   * Reads data and holds a part of it out.
   *
   * <p>Sources are {@link #EMBEDDED}, a folder with the four IDX files of a data set, a table
   * {@code .csv} with the label in its last column, and pictures in a folder or zip file ({@link
   * PictureData}).
   *
   * @param spec says what the source is, how much to hold out, and what becomes of pictures
   * @param broken what becomes of pictures that cannot be read
   */
  static TrainData load(RunSpec spec, BrokenImages broken) throws IOException {
    String source = spec.source();
    if (PictureData.is(source)) {
      return PictureData.of(source).parted(spec, broken);
    }
    TrainTest both = read(source, spec.training().integer(TARGETS));
    Split split = both.training().split(spec.validation(), SPLIT_SEED);
    return new TrainData(name(source), split.training(), split.validation(), both.test());
  }

  /**
   * Reads the test data of the source that a network was trained on.
   *
   * @param input what the network takes
   * @param targets how many columns of a table are numbers to be predicted
   */
  static Dataset test(String source, Shape input, int targets, BrokenImages broken)
      throws IOException {
    return PictureData.is(source)
        ? PictureData.of(source).test(input, broken)
        : scaled(read(source, targets).test(), input);
  }

  /**
   * Reads data that a network shall be measured on: the test set of a folder, or the whole of a
   * table, or of pictures without a test part. These need not have samples of each class.
   */
  static Dataset other(String source, Run run, BrokenImages broken) throws IOException {
    if (PictureData.is(source)) {
      return PictureData.of(source).other(run, broken);
    }
    int targets = run.targets();
    if (isTable(source)) {
      return targets > 0
          ? Csv.readValues(Path.of(source), targets)
          : Csv.read(Path.of(source), run.facts().classes());
    }
    return test(source, run.input(), targets, broken);
  }

  /** With images in the size that a network takes, if it takes images. */
  TrainData scaled(Shape input) {
    return new TrainData(
        name, scaled(training, input), scaled(validation, input), scaled(test, input));
  }

  private static Dataset scaled(Dataset data, Shape input) {
    boolean images = input.rank() == 3 && data.inputShape().rank() == 3;
    return images ? ScaledImages.of(data, input.dim(0), input.dim(1)) : data;
  }

  /** Whether a source is a table. */
  private static boolean isTable(String source) {
    return source.endsWith(".csv");
  }

  /** A source as people call it. */
  static String name(String source) {
    return source.equals(EMBEDDED) ? "Fashion-MNIST, the sample of 5,000 and 1,000" : source;
  }

  private static TrainTest read(String source, int targets) throws IOException {
    if (isTable(source)) {
      Path table = Path.of(source);
      Dataset all = targets > 0 ? Csv.readValues(table, targets) : Csv.read(table);
      Split split = all.split(TEST_SHARE, SPLIT_SEED);
      return new TrainTest(split.training(), split.validation());
    }
    if (targets > 0) {
      throw new CommandException("targets are columns of a table; give one with --data FILE.csv");
    }
    return source.equals(EMBEDDED) ? FashionMnist.embedded() : FashionMnist.from(Path.of(source));
  }
}
