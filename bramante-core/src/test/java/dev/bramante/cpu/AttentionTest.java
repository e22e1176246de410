package dev.bramante.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.autodiff.Gradients;
import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.Agreement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AttentionTest {
  private static final double TOLERANCE = 2e-5;

  /** What a case adds to the operands. */
  private interface Rule {
    AttentionOptions of(Trace trace, int batch, int heads, int queries, int keys);
  }

  private record Case(
      String name,
      int batch,
      int heads,
      int queries,
      int keys,
      int width,
      int valueWidth,
      Rule rule) {
    Case(String name, int queries, int keys, int width, int valueWidth, Rule rule) {
      this(name, 2, 3, queries, keys, width, valueWidth, rule);
    }

    @Override
    public String toString() {
      return "%s %d×%d queries %d keys %d width %d, %d"
          .formatted(name, batch, heads, queries, keys, width, valueWidth);
    }

    Graph graph(boolean gradients) {
      var trace = new Trace();
      Value q = trace.input("q", Type.f32(batch, queries, heads * width));
      Value k = trace.input("k", Type.f32(batch, keys, heads * width));
      Value v = trace.input("v", Type.f32(batch, keys, heads * valueWidth));
      var options = rule.of(trace, batch, heads, queries, keys);
      Value y = Functions.attention(q, k, v, heads, options);
      var outputs = new ArrayList<>(List.of(y));
      if (gradients) {
        Value weights = trace.input("weights", y.type());
        outputs.addAll(Gradients.of(y.times(weights).sum(), List.of(q, k, v)));
      }
      return trace.graph(outputs.toArray(Value[]::new));
    }
  }

  private static AttentionOptions all(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.ALL;
  }

  private static AttentionOptions causal(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.CAUSAL;
  }

  private static AttentionOptions lengths(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.ALL.lengths(trace.input("lengths", Type.i32(b)));
  }

  private static AttentionOptions causalLengths(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.CAUSAL.lengths(trace.input("lengths", Type.i32(b)));
  }

  private static AttentionOptions past(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.CAUSAL.after(trace.input("past", Type.i32(b)));
  }

  private static AttentionOptions added(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.ALL.masked(trace.input("mask", Type.f32(1, h, t, s))).scaled(0.7f);
  }

  private static AttentionOptions chosen(Trace trace, int b, int h, int t, int s) {
    var type = new Type(DType.BOOL, Shape.of(b, 1, 1, s));
    return AttentionOptions.ALL.masked(trace.input("mask", type));
  }

  private static AttentionOptions dropout(Trace trace, int b, int h, int t, int s) {
    return AttentionOptions.CAUSAL.dropout(0.25f);
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("one of one", 1, 1, 1, 1, 1, 1, AttentionTest::all),
        new Case("all", 5, 5, 8, 8, AttentionTest::all),
        new Case("all", 13, 77, 64, 64, AttentionTest::all),
        new Case("all", 77, 13, 32, 80, AttentionTest::all),
        new Case("two blocks of keys", 1, 1, 30, 300, 16, 5, AttentionTest::all),
        new Case("causal", 77, 77, 64, 64, AttentionTest::causal),
        new Case("causal", 5, 5, 7, 9, AttentionTest::causal),
        new Case("causal, many queries", 1, 1, 600, 600, 8, 8, AttentionTest::causal),
        new Case("causal, fewer keys", 30, 11, 16, 16, AttentionTest::causal),
        new Case("causal, more keys", 11, 300, 16, 16, AttentionTest::causal),
        new Case("lengths", 5, 29, 16, 16, AttentionTest::lengths),
        new Case("lengths", 1, 300, 20, 12, AttentionTest::lengths),
        new Case("causal lengths", 29, 29, 16, 16, AttentionTest::causalLengths),
        new Case("past", 1, 29, 64, 64, AttentionTest::past),
        new Case("past", 4, 29, 64, 64, AttentionTest::past),
        new Case("added mask", 14, 29, 16, 16, AttentionTest::added),
        new Case("chosen mask", 14, 29, 16, 16, AttentionTest::chosen),
        new Case("chosen mask", 2, 290, 16, 16, AttentionTest::chosen),
        new Case("dropout", 29, 29, 16, 16, AttentionTest::dropout),
        new Case("no keys", 3, 0, 4, 4, AttentionTest::all),
        new Case("no queries", 0, 3, 4, 4, AttentionTest::all));
  }

  private static List<Tensor> operands(Graph graph) {
    var random = new Random(11);
    var tensors = new ArrayList<Tensor>();
    for (Node input : graph.inputs()) {
      Type type = input.type();
      int size = type.shape().size();
      tensors.add(
          switch (type.dtype()) {
            case BOOL -> bools(type.shape(), random);
            case I32 -> Tensor.of(type.shape(), random.ints(size, 0, 30).toArray());
            default -> floats(type.shape(), random);
          });
    }
    return tensors;
  }

  private static Tensor floats(Shape shape, Random random) {
    var values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, values);
  }

  private static Tensor bools(Shape shape, Random random) {
    Tensor values = Tensor.zeros(DType.BOOL, shape);
    byte[] chosen = values.booleans();
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (byte) (random.nextInt(3) > 0 ? 1 : 0);
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void agreesWithTheReferenceAtAllWidths(Case c) {
    for (int bits : new int[] {128, 256, 512}) {
      check(c, false, bits);
      check(c, true, bits);
    }
  }

  private static void check(Case c, boolean gradients, int bits) {
    check(c.toString(), c.graph(gradients), bits);
  }

  private static void check(String name, Graph graph, int bits) {
    Tensor[] operands = operands(graph).toArray(Tensor[]::new);
    List<Array> expected = Reference.run(graph, operands).outputs();
    var executable = new Engine(EngineOptions.defaults().withVectorBits(bits)).compile(graph);
    for (int run = 0; run < 2; run++) {
      List<Tensor> actual = executable.run(operands);
      for (int i = 0; i < expected.size(); i++) {
        String what = name + ", output " + i + " at " + bits + " bits";
        Agreement.check(what, expected.get(i), Array.of(actual.get(i)), TOLERANCE);
      }
    }
  }

  /**
   * Queries, keys and values are columns of one value, behind some others, or keys and values of
   * one.
   */
  private static Graph joined(Case c, boolean withQueries) {
    var trace = new Trace();
    int width = c.heads * c.width;
    int first = withQueries ? 3 + width : 3;
    int all = first + width + c.heads * c.valueWidth;
    Value x = trace.input("x", Type.f32(c.batch, c.keys, all));
    Value q =
        withQueries ? x.slice(2, 3, first) : trace.input("q", Type.f32(c.batch, c.queries, width));
    Value k = x.slice(2, first, first + width);
    Value v = x.slice(2, first + width, all);
    var options = c.rule.of(trace, c.batch, c.heads, c.queries, c.keys);
    Value y = Functions.attention(q, k, v, c.heads, options);
    Value weights = trace.input("weights", y.type());
    Value loss = y.times(weights).sum();
    Value toQ = withQueries ? y : Gradients.of(loss, List.of(q)).getFirst();
    return trace.graph(y, toQ, Gradients.of(loss, List.of(x)).getFirst());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsAndWritesColumnsOfOneValueAtAllWidths(Case c) {
    for (int bits : new int[] {128, 256, 512}) {
      check(c + ", keys with values", joined(c, false), bits);
      if (c.queries == c.keys) {
        check(c + ", all in one", joined(c, true), bits);
      }
    }
  }

  @Test
  void slicesAndConcatenatesNothing() {
    var c = new Case("", 13, 13, 8, 8, AttentionTest::causal);
    var plan = new Engine().plan(joined(c, true)).toString();
    assertFalse(plan.contains(" slice("), plan);
    assertFalse(plan.contains(" concat("), plan);
  }

  @Test
  void agreesForRandomSizesAndRules() {
    var random = new Random(2026);
    for (int i = 0; i < 60; i++) {
      int rules = random.nextInt(64);
      var c =
          new Case(
              "random " + i + " rules " + rules,
              1 + random.nextInt(3),
              1 + random.nextInt(3),
              1 + random.nextInt(40),
              1 + random.nextInt(random.nextInt(4) == 0 ? 600 : 60),
              1 + random.nextInt(40),
              1 + random.nextInt(40),
              (trace, b, h, t, s) -> combined(rules, trace, b, h, t, s));
      check(c, true, 128 << random.nextInt(3));
    }
  }

  private static AttentionOptions combined(int rules, Trace trace, int b, int h, int t, int s) {
    var options = (rules & 1) == 0 ? AttentionOptions.ALL : AttentionOptions.CAUSAL;
    if ((rules & 2) != 0) {
      options = options.lengths(trace.input("lengths", Type.i32((rules & 32) == 0 ? b : 1)));
    }
    if ((rules & 4) != 0) {
      options = options.after(trace.input("past", Type.i32((rules & 32) == 0 ? b : 1)));
    }
    if ((rules & 8) != 0) {
      var shape = (rules & 32) == 0 ? Shape.of(b, 1, t, s) : Shape.of(1, h, 1, s);
      var dtype = (rules & 16) == 0 ? DType.F32 : DType.BOOL;
      options = options.masked(trace.input("mask", new Type(dtype, shape)));
    }
    return (rules & 48) == 48 ? options.dropout(0.1f) : options;
  }

  @Test
  void hasTheSameBitsWithAnyThreads() {
    var c = new Case("", 2, 3, 70, 300, 20, 20, AttentionTest::causal);
    sameBits(c.graph(true));
    sameBits(joined(c, false));
    sameBits(joined(new Case("", 2, 3, 150, 150, 20, 20, AttentionTest::all), true));
  }

  private static void sameBits(Graph graph) {
    Tensor[] operands = operands(graph).toArray(Tensor[]::new);
    List<Tensor> alone = run(graph, 1, operands);
    List<Tensor> shared = run(graph, 3, operands);
    for (int i = 0; i < alone.size(); i++) {
      assertTrue(alone.get(i).sameBits(shared.get(i)));
    }
  }

  private static List<Tensor> run(Graph graph, int threads, Tensor[] operands) {
    return new Engine(EngineOptions.defaults().withThreads(threads)).compile(graph).run(operands);
  }

  @Test
  void aLaterTokenChangesNoBitOfAnEarlierOne() {
    var c = new Case("", 1, 2, 40, 40, 16, 16, AttentionTest::causal);
    Graph graph = c.graph(false);
    Tensor[] operands = operands(graph).toArray(Tensor[]::new);
    float[] before = run(graph, 1, operands).getFirst().floats().clone();
    for (int operand : new int[] {1, 2}) {
      Arrays.fill(operands[operand].floats(), 25 * 32, 40 * 32, 1e30f);
    }
    float[] after = run(graph, 1, operands).getFirst().floats();
    for (int i = 0; i < 25 * 32; i++) {
      assertEquals(before[i], after[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void memoryGrowsWithTheLengthAlone(boolean gradients) {
    long small = arena(512, gradients);
    long large = arena(4096, gradients);
    assertTrue(large <= 8.2 * small, small + " floats for 512, " + large + " for 4096");
  }

  private static long arena(int length, boolean gradients) {
    var c = new Case("", 1, 2, length, length, 16, 16, AttentionTest::causal);
    return new Engine().plan(c.graph(gradients)).arenaBytes();
  }
}
