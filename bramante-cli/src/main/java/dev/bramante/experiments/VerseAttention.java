package dev.bramante.experiments;

import dev.bramante.data.text.PairTokens;
import dev.bramante.data.text.TextPair;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.data.text.Verses;
import dev.bramante.engine.Engine;
import dev.bramante.experiments.TrainedRun.Seen;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a translator sees of a verse while it writes a translation that is given to it.
 *
 * @param run the network
 * @param folder where its tokenizer is
 */
record VerseAttention(TrainedRun run, Path folder) {
  Findings findings(Engine engine, int index) throws IOException {
    List<TextPair> verses = TextPair.list(Verses.test());
    if (index >= verses.size()) {
      throw new IllegalArgumentException(
          "index must be less than %,d, the verses of the test data".formatted(verses.size()));
    }
    TextPair verse = verses.get(index);
    Tokenizer tokenizer = Tokenizers.read(folder);
    PairTokens special = PairTokens.of(tokenizer);
    int[] source = special.source(tokenizer, verse.source());
    int[] target = special.source(tokenizer, verse.target());
    List<Seen> layers =
        run.attend(engine, "crossAttention", sequence(source), sequence(before(target, special)));
    List<String> across = names(tokenizer, source);
    List<String> down = names(tokenizer, target);
    var rows = new ArrayList<List<String>>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (int t = 0; t < target.length; t++) {
        rows.add(row(layer, layers.get(layer).mean(0, t), down.get(t), across));
      }
    }
    var pictures = new ArrayList<Picture>();
    for (int layer : ImageAttention.shown(layers.size())) {
      Seen seen = layers.get(layer);
      double[][] values =
          IntStream.range(0, target.length).mapToObj(t -> seen.mean(0, t)).toArray(double[][]::new);
      pictures.add(
          new HeatMap("layer " + layer, "source", "next in the target", across, down, values));
    }
    return new Findings(
        List.of("layer", "target", "source", "probability"),
        rows,
        pictures,
        List.of(verse.source(), verse.target()));
  }

  /** What the decoder has read when it writes each token. */
  private static int[] before(int[] target, PairTokens special) {
    int[] before = new int[target.length];
    before[0] = special.begin();
    System.arraycopy(target, 0, before, 1, target.length - 1);
    return before;
  }

  private static Tensor sequence(int[] ids) {
    return Tensor.of(Shape.of(1, ids.length), ids);
  }

  /** With their places, since a word may occur twice. */
  private static List<String> names(Tokenizer tokenizer, int[] ids) {
    return IntStream.range(0, ids.length).mapToObj(i -> i + " " + word(tokenizer, ids[i])).toList();
  }

  private static String word(Tokenizer tokenizer, int id) {
    return tokenizer.isSpecial(id) ? tokenizer.token(id) : tokenizer.decode(id).strip();
  }

  private static List<String> row(int layer, double[] seen, String written, List<String> source) {
    int most = 0;
    for (int i = 1; i < seen.length; i++) {
      most = seen[i] > seen[most] ? i : most;
    }
    return List.of(
        Integer.toString(layer),
        written,
        source.get(most),
        String.format(Locale.ROOT, "%.3f", seen[most]));
  }
}
