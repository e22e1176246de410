package dev.bramante.cli;

import dev.bramante.data.Dataset;
import dev.bramante.data.image.BrokenImages;
import dev.bramante.data.image.ImageDataset;
import dev.bramante.data.image.ImageFolder;
import dev.bramante.data.image.ImageSource;
import dev.bramante.data.image.Transforms;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Pictures in folders of classes as data to train with.
 *
 * @param source where they are
 * @param folder what was found there
 */
record PictureData(String source, ImageFolder folder) {
  /** The pictures that come with Bramante. */
  static final String CLIPART = "clipart32";

  /** Whether a source is of pictures: clipart32, a zip file, or a folder without IDX files. */
  static boolean is(String source) throws IOException {
    if (source.equals(CLIPART) || source.endsWith(".zip")) {
      return true;
    }
    Path place = Path.of(source);
    if (!Files.isDirectory(place)) {
      return false;
    }
    try (var files = Files.newDirectoryStream(place, "*-ubyte*")) {
      return !files.iterator().hasNext();
    }
  }

  static PictureData of(String source) throws IOException {
    return new PictureData(
        source,
        source.equals(CLIPART) ? ImageFolder.clipart32() : ImageFolder.open(Path.of(source)));
  }

  /** All data of a run; parts that the folder lacks are held out of its training part. */
  TrainData parted(RunSpec spec, BrokenImages broken) {
    Shape input = Models.create(spec.model(), spec.network().values()).input();
    var settings = new TrainSettings(spec.training());
    Holdout holdout = holdout();
    ImageSource training = holdout.training();
    ImageSource validation;
    if (folder.test().isPresent() && folder.validation().isPresent()) {
      validation = folder.validation().get();
    } else {
      ImageSource.Parts parts = training.split(spec.validation(), TrainData.SPLIT_SEED);
      training = parts.training();
      validation = parts.validation();
    }
    return new TrainData(
        TrainData.name(source),
        new ImageDataset(training, input, settings.pictures(input.dim(0)), broken),
        plain(validation, input, broken),
        plain(holdout.test(), input, broken));
  }

  /** The test data of a run on this source. */
  Dataset test(Shape input, BrokenImages broken) {
    return plain(holdout().test(), input, broken);
  }

  /** Data for a network that was trained on another source. */
  Dataset other(Run run, BrokenImages broken) throws IOException {
    return new ImageDataset(
        folder.measured(run.facts().classes()), run.input(), run.view(), broken);
  }

  private record Holdout(ImageSource training, ImageSource test) {}

  private Holdout holdout() {
    var test = folder.test().or(folder::validation);
    if (test.isPresent()) {
      return new Holdout(folder.training(), test.get());
    }
    ImageSource.Parts parts = folder.training().split(TrainData.TEST_SHARE, TrainData.SPLIT_SEED);
    return new Holdout(parts.training(), parts.validation());
  }

  private static Dataset plain(ImageSource source, Shape input, BrokenImages broken) {
    return new ImageDataset(source, input, Transforms.eval(input.dim(0)), broken);
  }
}
