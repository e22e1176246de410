package dev.bramante.experiments;

import dev.bramante.backend.Executable;
import dev.bramante.config.Config;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a small GPT with random weights makes of a random text.
 *
 * @param length tokens of the text
 * @param changes the largest change of a logit, by changed token and by position
 * @param lossOfOnePass the mean over all positions
 * @param lossOfSeparate the same from a pass for each position
 * @param difference the largest, between a logit of the one pass and of the others
 */
record CausalTrial(
    int length,
    double[][] changes,
    double lossOfOnePass,
    double lossOfSeparate,
    double difference,
    double millisecondsOfOnePass,
    double millisecondsOfSeparate) {
  private static final int SEED = 1;
  private static final int WARM_UP = 20;

  /** The largest change at a position before the changed token. */
  double changeEarlier() {
    return IntStream.range(0, length)
        .mapToDouble(t -> Arrays.stream(changes[t], 0, t).max().orElse(0))
        .max()
        .orElseThrow();
  }

  /** The smallest change at the changed token or after it. */
  double changeLater() {
    return IntStream.range(0, length)
        .mapToDouble(t -> Arrays.stream(changes[t], t, length).min().orElseThrow())
        .min()
        .orElseThrow();
  }

  static CausalTrial of(Engine engine, Config settings, int length, int repetitions) {
    var text = new Text(engine, settings, length);
    float[] together = text.run(text.compiled(1, length), text.ids(length));
    var passes = IntStream.rangeClosed(1, length).mapToObj(n -> text.compiled(1, n)).toList();
    double one = 0;
    double separate = 0;
    double difference = 0;
    for (int t = 0; t < length; t++) {
      float[] logits = text.run(passes.get(t), text.ids(t + 1));
      one += text.loss(together, t, t);
      separate += text.loss(logits, t, t);
      difference = Math.max(difference, text.change(together, t, logits, t));
    }
    Executable pass = passes.getLast();
    return new CausalTrial(
        length,
        text.changes(),
        one / length,
        separate / length,
        difference,
        median(repetitions, () -> text.run(pass, text.ids(length))),
        median(
            repetitions,
            () -> {
              for (int t = 0; t < length; t++) {
                text.run(passes.get(t), text.ids(t + 1));
              }
            }));
  }

  private static double median(int repetitions, Runnable run) {
    for (int i = 0; i < WARM_UP; i++) {
      run.run();
    }
    double[] times = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      long start = System.nanoTime();
      run.run();
      times[i] = (System.nanoTime() - start) / 1e6;
    }
    Arrays.sort(times);
    return times[repetitions / 2];
  }

  /** A random text with what follows each position, and a network that reads it. */
  private static final class Text {
    private final Engine engine;
    private final Model model;
    private final Weights weights;
    private final int length;
    private final int vocabulary;
    private final int[] tokens;

    Text(Engine engine, Config settings, int length) {
      this.engine = engine;
      this.length = length;
      this.vocabulary = settings.integer("vocab");
      String n = Integer.toString(length);
      this.model =
          Models.create(
              "gpt",
              Map.of(
                  "positions", n,
                  "length", n,
                  "dropout", "0",
                  "vocab", settings.text("vocab"),
                  "width", settings.text("width"),
                  "layers", settings.text("layers"),
                  "heads", settings.text("heads")));
      this.weights = Weights.of(model.parameters(), ParameterGroup.all());
      weights.write(engine.variables(), weights.initial(SEED));
      long key = SplitMix.key("text");
      this.tokens =
          IntStream.rangeClosed(0, length)
              .map(i -> SplitMix.bounded(SplitMix.bits(key, i), vocabulary))
              .toArray();
    }

    Executable compiled(int texts, int size) {
      Type type = new Type(DType.I32, Shape.of(texts, size));
      return engine.compile(Evaluation.output(model.network(), List.of(type), weights));
    }

    /** The beginning of the text. */
    Tensor ids(int size) {
      return Tensor.of(Shape.of(1, size), Arrays.copyOf(tokens, size));
    }

    float[] run(Executable executable, Tensor ids) {
      return executable.run(ids).getFirst().floats();
    }

    /** The cross-entropy of what follows position {@code t}, by row {@code row} of logits. */
    double loss(float[] logits, int row, int t) {
      double sum = 0;
      for (int i = row * vocabulary; i < (row + 1) * vocabulary; i++) {
        sum += Math.exp(logits[i]);
      }
      return Math.log(sum) - logits[row * vocabulary + tokens[t + 1]];
    }

    double change(float[] a, int rowOfA, float[] b, int rowOfB) {
      double most = 0;
      for (int i = 0; i < vocabulary; i++) {
        most = Math.max(most, Math.abs(a[rowOfA * vocabulary + i] - b[rowOfB * vocabulary + i]));
      }
      return most;
    }

    /** All texts with one other token at once, and the text itself after them. */
    double[][] changes() {
      int[] ids = new int[(length + 1) * length];
      for (int t = 0; t <= length; t++) {
        System.arraycopy(tokens, 0, ids, t * length, length);
        if (t < length) {
          ids[t * length + t] = (tokens[t] + 1) % vocabulary;
        }
      }
      float[] logits =
          run(compiled(length + 1, length), Tensor.of(Shape.of(length + 1, length), ids));
      return IntStream.range(0, length)
          .mapToObj(t ->
              IntStream.range(0, length)
                  .mapToDouble(p -> change(logits, t * length + p, logits, length * length + p))
                  .toArray())
          .toArray(double[][]::new);
    }
  }
}
