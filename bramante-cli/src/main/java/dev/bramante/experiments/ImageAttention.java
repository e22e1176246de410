package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.data.Dataset;
import dev.bramante.data.FashionMnist;
import dev.bramante.data.ScaledImages;
import dev.bramante.data.image.BrokenImages;
import dev.bramante.data.image.ImageDataset;
import dev.bramante.data.image.ImageFolder;
import dev.bramante.data.image.Transforms;
import dev.bramante.engine.Engine;
import dev.bramante.experiments.TrainedRun.Seen;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.DataFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What the token that a Vision Transformer is read out by sees of images.
 *
 * @param run the network
 */
record ImageAttention(TrainedRun run) {
  private Shape image() {
    return run.model().input();
  }

  private int patch() {
    return run.model().config().integer("patch");
  }

  /** Patches in a row of an image. */
  private int across() {
    return image().dim(1) / patch();
  }

  private int patches() {
    return across() * (image().dim(0) / patch());
  }

  Findings findings(Engine engine, int index, Config settings) throws IOException {
    Dataset data = data();
    int count = Math.min(settings.integer("images"), data.size());
    if (count < 1 || index >= data.size()) {
      throw new IllegalArgumentException(
          "images and index must be in the %,d of the test data".formatted(data.size()));
    }
    int[] chosen =
        IntStream.range(0, count).map(i -> i == 0 ? index : i <= index ? i - 1 : i).toArray();
    float[] pixels = new float[count * image().size()];
    for (int i = 0; i < count; i++) {
      data.input(chosen[i], pixels, i * image().size());
    }
    List<Seen> layers = run.attend(engine, "blocks", normalized(pixels, count));
    var rows = new ArrayList<List<String>>();
    for (int layer = 0; layer < layers.size(); layer++) {
      rows.add(row(layer, layers.get(layer), pixels, count));
    }
    var pictures = new ArrayList<Picture>();
    pictures.add(picture(data, index, pixels));
    for (int layer : shown(layers.size())) {
      pictures.add(map(layer, layers.get(layer)));
    }
    return new Findings(List.of("layer", "entropy_bits", "itself", "busier_half"), rows, pictures);
  }

  /** The first, the middle and the last. */
  static int[] shown(int layers) {
    return IntStream.of(0, layers / 2, layers - 1).distinct().toArray();
  }

  /** What comes along and has as many channels. */
  private Dataset data() throws IOException {
    Shape shape = image();
    if (shape.dim(2) == 1) {
      return ScaledImages.of(FashionMnist.embedded().test(), shape.dim(0), shape.dim(1));
    }
    ImageFolder clipart = ImageFolder.clipart32();
    return new ImageDataset(
        clipart.test().orElse(clipart.training()),
        shape,
        Transforms.eval(shape.dim(0)),
        BrokenImages.refused());
  }

  private Tensor normalized(float[] pixels, int count) {
    float[] values = pixels.clone();
    var normalization = DataFacts.fromMetadata(run.about()).normalization();
    for (int i = 0; i < count; i++) {
      normalization.apply(values, i * image().size(), image());
    }
    return Tensor.of(Shape.of(count, image().dim(0), image().dim(1), image().dim(2)), values);
  }

  private List<String> row(int layer, Seen seen, float[] pixels, int count) {
    double entropy = 0;
    double itself = 0;
    double busier = 0;
    for (int i = 0; i < count; i++) {
      double[] all = seen.mean(i, 0);
      double[] patches = Arrays.copyOfRange(all, 1, all.length);
      double sum = Arrays.stream(patches).sum();
      itself += all[0] / count;
      entropy += entropy(patches, sum) / count;
      busier += busierHalf(patches, pixels, i) / sum / count;
    }
    return List.of(Integer.toString(layer), number(entropy), number(itself), number(busier));
  }

  private static double entropy(double[] values, double sum) {
    return Arrays.stream(values)
        .map(value -> value / sum)
        .filter(p -> p > 0)
        .map(p -> -p * Math.log(p) / Math.log(2))
        .sum();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** What goes to the half of the patches whose pixels vary most. */
  private double busierHalf(double[] seen, float[] pixels, int sample) {
    return IntStream.range(0, patches())
        .boxed()
        .sorted(Comparator.comparingDouble(p -> -variance(pixels, sample, p)))
        .limit(patches() / 2)
        .mapToDouble(p -> seen[p])
        .sum();
  }

  private double variance(float[] pixels, int sample, int number) {
    int channels = image().dim(2);
    double sum = 0;
    double squares = 0;
    int n = patch() * patch() * channels;
    for (int y = 0; y < patch(); y++) {
      int row = number / across() * patch() + y;
      int column = number % across() * patch();
      int from = (sample * image().dim(0) + row) * image().dim(1) + column;
      for (int i = from * channels; i < (from + patch()) * channels; i++) {
        sum += pixels[i];
        squares += (double) pixels[i] * pixels[i];
      }
    }
    return squares / n - sum / n * (sum / n);
  }

  private HeatMap picture(Dataset data, int index, float[] pixels) {
    int channels = image().dim(2);
    int width = image().dim(1);
    double[][] values = new double[image().dim(0)][width];
    for (int i = 0; i < image().size(); i++) {
      values[i / channels / width][i / channels % width] += pixels[i] / channels;
    }
    String title = "image %d: %s".formatted(index, data.classes().get(data.target(index)));
    return new HeatMap(title, "", "", numbers(width), numbers(values.length), values);
  }

  private HeatMap map(int layer, Seen seen) {
    double[] all = seen.mean(0, 0);
    double[][] values = new double[patches() / across()][across()];
    for (int p = 0; p < patches(); p++) {
      values[p / across()][p % across()] = all[p + 1];
    }
    return new HeatMap(
        "what layer %d sees".formatted(layer),
        "patch",
        "",
        numbers(across()),
        numbers(values.length),
        values);
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
