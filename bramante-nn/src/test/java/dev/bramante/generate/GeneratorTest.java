package dev.bramante.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.models.Gpt;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  private static final int WORDS = 23;
  private static final int[] PROMPT = {3, 1, 4, 1, 5};
  private static final Generator.Listener ON = (text, id) -> true;

  private final Engine engine = new Engine();
  private final Gpt network = new Gpt(new Gpt.Sizes(WORDS, 24, 16, 2, 2, 0.1f));
  private final Parameters parameters = Parameters.of(network);
  private final Weights weights = Weights.of(parameters, ParameterGroup.all());
  private final Generator generator = new Generator(engine, network, weights);

  /** Large weights, so that the answers depend on the whole text. */
  @BeforeEach
  void fill() {
    Map<String, Tensor> values = new HashMap<>();
    weights
        .initial(5)
        .forEach((name, tensor) -> {
          float[] numbers = tensor.floats().clone();
          if (tensor.shape().rank() > 1 && name.contains(".h.")) {
            IntStream.range(0, numbers.length).forEach(i -> numbers[i] *= 20);
          }
          values.put(name, Tensor.of(tensor.shape(), numbers));
        });
    weights.write(engine.variables(), values);
  }

  private float[] logits(int[] ids) {
    var trace = parameters.trace(Mode.EVALUATION);
    weights.bind(trace);
    var x = trace.input("x", new Type(DType.I32, Shape.of(1, ids.length)));
    var y = network.forward(x);
    var all =
        engine
            .compile(trace.graph(y))
            .run(Tensor.of(Shape.of(1, ids.length), ids))
            .getFirst()
            .floats();
    return Arrays.copyOfRange(all, all.length - WORDS, all.length);
  }

  private int[] withoutCache(int[] prompt, int tokens) {
    int[] ids = prompt;
    for (int i = 0; i < tokens; i++) {
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = Sampling.largest(logits(Arrays.copyOf(ids, ids.length - 1)));
    }
    return Arrays.copyOfRange(ids, prompt.length, ids.length);
  }

  private int[] greedy(int[] prompt, int tokens) {
    return generator.generate(List.of(prompt), tokens, Sampling.GREEDY, Set.of(), ON).getFirst();
  }

  @Test
  void theCacheChangesNothing() {
    assertArrayEquals(withoutCache(PROMPT, 12), greedy(PROMPT, 12));
    assertArrayEquals(withoutCache(new int[] {7}, 1), greedy(new int[] {7}, 1));
    assertArrayEquals(withoutCache(PROMPT, 19), greedy(PROMPT, 19)); // to the last position
    assertTrue(Arrays.stream(greedy(PROMPT, 12)).distinct().count() > 3);
  }

  @Test
  void promptsOfDifferentLengthsDoNotDisturbEachOther() {
    var prompts = List.of(PROMPT, new int[] {9, 2, 6, 5, 3, 5, 8, 9}, new int[] {7});
    var together = generator.generate(prompts, 9, Sampling.GREEDY, Set.of(), ON);
    for (int i = 0; i < prompts.size(); i++) {
      assertArrayEquals(greedy(prompts.get(i), 9), together.get(i));
    }
  }

  @Test
  void stopsWhereItShould() {
    int[] whole = greedy(PROMPT, 12);
    int stop = whole[4];
    int first = IntStream.range(0, 12).filter(i -> whole[i] == stop).findFirst().orElseThrow();
    var stopped =
        generator.generate(List.of(PROMPT), 12, Sampling.GREEDY, Set.of(stop), ON).getFirst();
    assertArrayEquals(Arrays.copyOf(whole, first), stopped);
    var heard = new ArrayList<Integer>();
    var told =
        generator
            .generate(
                List.of(PROMPT),
                12,
                Sampling.GREEDY,
                Set.of(),
                (text, id) -> heard.add(id) && heard.size() < 3)
            .getFirst();
    assertArrayEquals(Arrays.copyOf(whole, 3), told);
    assertEquals(3, heard.size());
    assertEquals(0, greedy(PROMPT, 0).length);
  }

  @Test
  void theSameSeedGivesTheSameText() {
    var one = new Sampling(1.5, 0, 1, 0, 1, 1);
    var two = new Sampling(1.5, 0, 1, 0, 1, 2);
    var first = generator.generate(List.of(PROMPT), 12, one, Set.of(), ON).getFirst();
    assertArrayEquals(first, generator.generate(List.of(PROMPT), 12, one, Set.of(), ON).getFirst());
    assertFalse(
        Arrays.equals(
            first, generator.generate(List.of(PROMPT), 12, two, Set.of(), ON).getFirst()));
  }

  @Test
  void oneBeamIsGreedyAndMoreAreLikelier() {
    int[] greedy = greedy(PROMPT, 6);
    assertArrayEquals(greedy, beams(1));
    int[] wide = beams(40);
    assertTrue(logProbability(beams(4)) >= logProbability(greedy) - 1e-6);
    assertTrue(logProbability(wide) >= logProbability(beams(4)) - 1e-6);
  }

  private int[] beams(int beams) {
    return new BeamSearch(beams, 0).continuation(engine, network, weights, PROMPT, 6, Set.of());
  }

  private double logProbability(int[] added) {
    int[] ids = PROMPT;
    double sum = 0;
    for (int id : added) {
      float[] logits = logits(ids);
      double all = IntStream.range(0, WORDS).mapToDouble(i -> Math.exp(logits[i])).sum();
      sum += logits[id] - Math.log(all);
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = id;
    }
    return sum;
  }

  @Test
  void refusesWhatDoesNotFit() {
    String longer = refusal(PROMPT, 20);
    assertTrue(longer.contains("5 tokens and 20 more") && longer.contains("24"), longer);
    assertTrue(refusal(new int[0], 1).contains("empty"));
    String unknown = refusal(new int[] {23}, 1);
    assertTrue(unknown.contains("23 is not among the model's 23"), unknown);
  }

  private String refusal(int[] prompt, int tokens) {
    return assertThrows(IllegalArgumentException.class, () -> greedy(prompt, tokens)).getMessage();
  }

  @Test
  void samplingLeavesOutWhatItShould() {
    float[] logits = {0, 3, -1, 2.5f, 2.9f, -50};
    assertEquals(Set.of(1), drawn(new Sampling(0, 0, 1, 0, 1, 3), logits));
    assertEquals(Set.of(1, 4), drawn(new Sampling(5, 2, 1, 0, 1, 3), logits));
    assertEquals(Set.of(1), drawn(new Sampling(1, 0, 0.3, 0, 1, 3), logits));
    assertEquals(Set.of(1, 4), drawn(new Sampling(1, 0, 0.5, 0, 1, 3), logits));
    assertEquals(Set.of(1, 3, 4), drawn(new Sampling(1, 0, 1, 0.5, 1, 3), logits));
    assertEquals(Set.of(0, 1, 2, 3, 4), drawn(new Sampling(2, 0, 1, 0, 1, 3), logits));
    // A token that occurred is made less likely: 3 / 1.1 is less than 2.9.
    var seen = new BitSet();
    seen.set(1);
    assertEquals(4, new Sampling(0, 0, 1, 0, 1.1, 3).choose(logits.clone(), seen, 0, 0));
  }

  private static Set<Integer> drawn(Sampling sampling, float[] logits) {
    return new TreeSet<>(
        IntStream.range(0, 2000)
            .map(i -> sampling.choose(logits.clone(), new BitSet(), 0, i))
            .boxed()
            .toList());
  }

  @Test
  void samplesFollowTheProbabilities() {
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
    int[] counts = new int[3];
    var sampling = new Sampling(1, 0, 1, 0, 1, 8);
    for (int i = 0; i < 20_000; i++) {
      counts[sampling.choose(logits.clone(), new BitSet(), 1, i)]++;
    }
    assertEquals(0.5, counts[0] / 20_000.0, 0.012);
    assertEquals(0.3, counts[1] / 20_000.0, 0.012);
  }
}
