package dev.bramante.pretrained;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.models.Model;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A network that makes a vector of a text, at work on texts of any lengths: those of similar length
 * go together, and padding, which the network knows by its id, fills the shorter ones; a network
 * that knows none reads one text at a time. Not safe for use by several threads.
 */
public final class TextNetwork {
  /** Texts at once: enough that products are large, few enough that little is padding. */
  private static final int BATCH = 16;

  /** Lengths are rounded up to multiples of this, so that few graphs are compiled. */
  private static final int ROUND = 16;

  private final Engine engine;
  private final Model model;
  private final Weights weights;
  private final OptionalInt padding;
  private final int positions;
  private final int words;
  private final Map<Shape, Executable> programs = new HashMap<>();

  /**
   * Puts the network to work.
   *
   * @param model a bert
   * @param values its weights by name
   */
  public TextNetwork(Engine engine, Model model, Map<String, Tensor> values) {
    this.engine = engine;
    this.model = model;
    this.weights = Weights.of(Parameters.of(model.network()), ParameterGroup.all());
    this.padding =
        model.config().text("padding").equals("none")
            ? OptionalInt.empty()
            : OptionalInt.of(model.config().integer("padding"));
    this.positions = model.config().integer("positions");
    this.words = model.config().integer("vocab");
    weights.supply(engine.variables(), values);
  }

  /** The longest text, in tokens. */
  public int positions() {
    return positions;
  }

  /**
   * The network's result for each text.
   *
   * @param texts token ids, with the special ones that the network wants
   * @throws IllegalArgumentException if a text is empty or too long, or an id isn't known
   */
  public float[][] run(List<int[]> texts) {
    return run(texts, done -> {});
  }

  /** As {@link #run(List)}; {@code progress} hears how many texts are done. */
  public float[][] run(List<int[]> texts, IntConsumer progress) {
    texts.forEach(this::check);
    List<Integer> order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).length))
            .toList();
    float[][] results = new float[texts.size()][];
    int batch = padding.isPresent() ? BATCH : 1;
    for (int from = 0; from < order.size(); from += batch) {
      List<Integer> some = order.subList(from, Math.min(order.size(), from + batch));
      run(texts, some, results);
      progress.accept(from + some.size());
    }
    return results;
  }

  private void check(int[] text) {
    if (text.length == 0) {
      throw new IllegalArgumentException("a text has no tokens; give at least one word");
    }
    if (text.length > positions) {
      throw new IllegalArgumentException(
          "a text has %d tokens, the model reads %d at most; shorten it"
              .formatted(text.length, positions));
    }
    for (int id : text) {
      if (id < 0 || id >= words) {
        throw new IllegalArgumentException(
            "the token id %d is not among the model's %d; is it another's tokenizer?"
                .formatted(id, words));
      }
    }
  }

  private void run(List<int[]> texts, List<Integer> some, float[][] results) {
    int longest = texts.get(some.getLast()).length;
    int rounded = Math.min(positions, (longest + ROUND - 1) / ROUND * ROUND);
    int length = padding.isPresent() ? rounded : longest;
    int[] ids = new int[some.size() * length];
    padding.ifPresent(id -> Arrays.fill(ids, id));
    for (int row = 0; row < some.size(); row++) {
      int[] text = texts.get(some.get(row));
      System.arraycopy(text, 0, ids, row * length, text.length);
    }
    Shape shape = Shape.of(some.size(), length);
    float[] all =
        programs
            .computeIfAbsent(shape, this::compiled)
            .run(Tensor.of(shape, ids))
            .getFirst()
            .floats();
    int each = all.length / some.size();
    for (int row = 0; row < some.size(); row++) {
      results[some.get(row)] = Arrays.copyOfRange(all, row * each, (row + 1) * each);
    }
  }

  private Executable compiled(Shape shape) {
    var type = new Type(DType.I32, shape);
    return engine.compile(Evaluation.output(model.network(), List.of(type), weights));
  }
}
