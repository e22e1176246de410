package dev.bramante.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.models.Transformer;
import dev.bramante.nn.Activation;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TranslatorTest {
  private static final int WORDS = 29;
  private static final int BEGIN = 1;
  private static final int END = 2;

  private final Engine engine = new Engine();
  private Transformer network;
  private Weights weights;
  private Translator translator;

  @BeforeEach
  void preNorm() {
    make(true);
  }

  /** Large weights, so that what is said depends on the source and on all that was said. */
  private void make(boolean preNorm) {
    network =
        new Transformer(
            new Transformer.Sizes(
                WORDS, 16, 2, 2, 24, Activation.RELU, preNorm, 0.1f, Optional.of(0)));
    weights = Weights.of(Parameters.of(network), ParameterGroup.all());
    Map<String, Tensor> values = new HashMap<>();
    weights
        .initial(3)
        .forEach((name, tensor) -> {
          float[] numbers = tensor.floats().clone();
          if (tensor.shape().rank() > 1 && name.contains("layers")) {
            IntStream.range(0, numbers.length).forEach(i -> numbers[i] *= 3);
          }
          values.put(name, Tensor.of(tensor.shape(), numbers));
        });
    weights.write(engine.variables(), values);
    translator = new Translator(engine, network, weights, BEGIN, END);
  }

  /** The log-probabilities of what follows each position of a target. */
  private double[][] all(int[] source, int[] target) {
    var trace = Parameters.of(network).trace(Mode.EVALUATION);
    weights.bind(trace);
    var x = trace.input("x", new Type(DType.I32, Shape.of(1, source.length)));
    var y = trace.input("y", new Type(DType.I32, Shape.of(1, target.length)));
    float[] logits =
        engine
            .compile(trace.graph(network.forward(x, y)))
            .run(
                Tensor.of(Shape.of(1, source.length), source),
                Tensor.of(Shape.of(1, target.length), target))
            .getFirst()
            .floats();
    var rows = new double[target.length][WORDS];
    for (int t = 0; t < target.length; t++) {
      int from = t * WORDS;
      double sum = IntStream.range(0, WORDS).mapToDouble(i -> Math.exp(logits[from + i])).sum();
      rows[t] =
          IntStream.range(0, WORDS).mapToDouble(i -> logits[from + i] - Math.log(sum)).toArray();
    }
    return rows;
  }

  private int[] withoutCache(int[] source, int most) {
    int[] target = {BEGIN};
    while (target.length <= most) {
      double[] row = all(source, target)[target.length - 1];
      int best = IntStream.range(0, WORDS).reduce(0, (a, b) -> row[b] > row[a] ? b : a);
      if (best == END) {
        break;
      }
      target = Arrays.copyOf(target, target.length + 1);
      target[target.length - 1] = best;
    }
    return Arrays.copyOfRange(target, 1, target.length);
  }

  /** The log-probability of a whole translation with its end. */
  private double score(int[] source, int[] target) {
    int[] read = IntStream.concat(IntStream.of(BEGIN), Arrays.stream(target)).toArray();
    double[][] rows = all(source, read);
    double sum = rows[target.length][END];
    for (int i = 0; i < target.length; i++) {
      sum += rows[i][target[i]];
    }
    return sum;
  }

  private static List<int[]> sources(int count) {
    var sources = new ArrayList<int[]>();
    for (int i = 0; i < count; i++) {
      int seed = i;
      int length = i * 7 % 20;
      sources.add(
          IntStream.rangeClosed(0, length)
              .map(k -> k == length ? END : 3 + (seed * 11 + k * 5 + k * k) % (WORDS - 3))
              .toArray());
    }
    return sources;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCachesChangeNothing(boolean preNorm) {
    make(preNorm);
    List<int[]> sources = sources(5);
    var translations = translator.greedy(sources);
    var lengths = new ArrayList<Integer>();
    for (int i = 0; i < sources.size(); i++) {
      int room = 2 * Math.ceilDiv(sources.get(i).length, 16) * 16 + 16;
      int[] expected = withoutCache(sources.get(i), room - 1);
      assertArrayEquals(expected, translations.get(i));
      lengths.add(expected.length);
    }
    assertTrue(lengths.stream().anyMatch(length -> length > 2), lengths::toString);
  }

  @Test
  void othersChangeNothing() {
    List<int[]> sources = sources(37);
    List<int[]> together = translator.greedy(sources);
    var search = new BeamSearch(3, 1);
    List<int[]> searched = translator.search(sources, search);
    for (int i = 0; i < sources.size(); i += 5) {
      var one = List.of(sources.get(i));
      assertArrayEquals(translator.greedy(one).getFirst(), together.get(i), "text " + i);
      assertArrayEquals(translator.search(one, search).getFirst(), searched.get(i), "text " + i);
    }
  }

  @Test
  void decodersOfSizesThatDontComeAgainAreNotKept() {
    List<int[]> sources = sources(3);
    List<int[]> before = translator.greedy(sources);
    for (int beams = 1; beams <= Translator.DECODERS + 2; beams++) {
      translator.search(sources, new BeamSearch(beams, 1));
    }
    assertEquals(Translator.DECODERS, translator.decoders());
    List<int[]> after = translator.greedy(sources);
    for (int i = 0; i < sources.size(); i++) {
      assertArrayEquals(before.get(i), after.get(i), "text " + i);
    }
  }

  @Test
  void manyBeamsFindWhatIsLikelier() {
    List<int[]> sources = sources(12);
    List<int[]> one = translator.search(sources, new BeamSearch(1, 0));
    List<int[]> many = translator.search(sources, new BeamSearch(8, 0));
    double few = 0;
    double more = 0;
    for (int i = 0; i < sources.size(); i++) {
      few += score(sources.get(i), one.get(i));
      more += score(sources.get(i), many.get(i));
    }
    assertTrue(more > few + 1, more + " after " + few);
  }

  @Test
  void whatCannotBeTranslatedIsSaid() {
    assertEquals(List.of(), translator.greedy(List.of()));
    var empty = List.of(new int[0]);
    assertThrows(IllegalArgumentException.class, () -> translator.greedy(empty));
    var foreign = List.of(new int[] {3, WORDS});
    var wrong = assertThrows(IllegalArgumentException.class, () -> translator.greedy(foreign));
    assertEquals(
        "the token id 29 is not among the model's 29; is it another's tokenizer?",
        wrong.getMessage());
  }
}
