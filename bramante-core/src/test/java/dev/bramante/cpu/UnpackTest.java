package dev.bramante.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.plan.Step;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.Agreement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products with large or compact weights, and gathering from them. */
final class UnpackTest {
  private static final int[] WIDTHS = {128, 256, 512};

  /** Weights of a type, as a table and in a product with m rows. */
  private record Case(DType dtype, int m, int n, int k) {
    Held weights() {
      var random = new Random(31L * n + k);
      var shape = Shape.of(n, k);
      Tensor values = Tensor.zeros(dtype, shape);
      for (int i = 0; i < shape.size(); i++) {
        float value = (float) random.nextGaussian();
        switch (dtype) {
          case BF16 ->
              ((short[]) values.array())[i] = (short) (Float.floatToRawIntBits(value) >>> 16);
          case I8 -> ((byte[]) values.array())[i] = (byte) random.nextInt(-127, 128);
          default -> values.floats()[i] = value;
        }
      }
      var variable = new Variable("weights", new Type(dtype, shape));
      return new Held(variable, values, new Variable("scales", Type.f32(n)), scales(random));
    }

    private Tensor scales(Random random) {
      var values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = (1 + random.nextFloat()) / 127;
      }
      return Tensor.of(Shape.of(n), values);
    }
  }

  private record Held(Variable weights, Tensor values, Variable scales, Tensor scaleValues) {
    Value in(Trace trace) {
      Value stored = trace.read(weights);
      return switch (weights.type().dtype()) {
        case BF16 -> Functions.unpacked(stored);
        case I8 -> Functions.unpacked(stored, trace.read(scales));
        default -> stored;
      };
    }

    Map<Variable, Tensor> values(Graph graph) {
      var all = new HashMap<Variable, Tensor>();
      for (var node : graph.nodes()) {
        if (node.op() instanceof Op.Read(var variable)) {
          all.put(variable, variable == weights ? values : scaleValues);
        }
      }
      return all;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(DType.F32, DType.BF16, DType.I8)
        .flatMap(dtype ->
            Stream.of(
                new Case(dtype, 1, 1, 1),
                new Case(dtype, 1, 7, 13),
                new Case(dtype, 2, 33, 64),
                new Case(dtype, 4, 50, 65),
                new Case(dtype, 5, 129, 207),
                new Case(dtype, 13, 31, 100),
                new Case(dtype, 16, 64, 31),
                new Case(dtype, 17, 40, 90),
                new Case(dtype, 1, 701, 413),
                new Case(dtype, 3, 300, 1000),
                new Case(dtype, 6, 655, 401)));
  }

  private static Tensor floats(int rows, int columns) {
    var random = new Random(5);
    var values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(Shape.of(rows, columns), values);
  }

  private static List<Tensor> run(Graph graph, Held held, int bits, Tensor... inputs) {
    var engine = new Engine(EngineOptions.defaults().withVectorBits(bits));
    held.values(graph).forEach(engine.variables()::write);
    return engine.compile(graph).run(inputs);
  }

  private static void check(String what, Graph graph, Held held, Tensor... inputs) {
    List<Array> expected = Reference.run(graph, held.values(graph), inputs).outputs();
    for (int bits : WIDTHS) {
      List<Tensor> actual = run(graph, held, bits, inputs);
      for (int i = 0; i < expected.size(); i++) {
        String which = what + ", output " + i + " at " + bits + " bits";
        Agreement.check(which, expected.get(i), Array.of(actual.get(i)), 2e-4);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void productsAgreeWithTheReference(Case c) {
    Held held = c.weights();
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(c.m, c.k));
    Value bias = trace.input("bias", Type.f32(c.n));
    Value y = x.matmul(held.in(trace), false, true);
    Value z = x.times(2).matmul(held.in(trace), false, true).plus(bias).relu();
    Value t = Functions.geluTanh(x.times(3).matmul(held.in(trace), false, true).plus(bias));
    Graph graph = trace.graph(y, z, t);
    Tensor b = floats(1, c.n).reshape(c.n);
    check(c.toString(), graph, held, floats(c.m, c.k), b);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gatheredRowsAndWholeTablesAreExact(Case c) {
    Held held = c.weights();
    var trace = new Trace();
    Value ids = trace.input("ids", Type.i32(2, 2));
    Value table = held.in(trace);
    Graph graph = trace.graph(table.gather(ids), table.plus(1));
    Tensor chosen = Tensor.of(Shape.of(2, 2), 0, c.n - 1, c.n / 2, 0);
    check(c.toString(), graph, held, chosen);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRowsProductsDontDependOnTheOthers(Case c) {
    Held held = c.weights();
    var one = product(held, 1);
    var many = product(held, 7);
    Tensor x = floats(7, c.k);
    Tensor together = run(many, held, 0, x).getFirst();
    for (int i = 0; i < 7; i++) {
      var row = new float[c.k];
      System.arraycopy(x.floats(), i * c.k, row, 0, c.k);
      Tensor alone = run(one, held, 0, Tensor.of(Shape.of(1, c.k), row)).getFirst();
      for (int j = 0; j < c.n; j++) {
        assertEquals(alone.floats()[j], together.floats()[i * c.n + j], "row " + i + " of " + c);
      }
    }
  }

  private static Graph product(Held held, int m) {
    var trace = new Trace();
    int k = held.weights.type().shape().dim(1);
    return trace.graph(trace.input("x", Type.f32(m, k)).matmul(held.in(trace), false, true));
  }

  @Test
  void compactWeightsAreNotUnpackedWhole() {
    Held held = new Case(DType.I8, 1, 30, 40).weights();
    var trace = new Trace();
    Value ids = trace.input("ids", Type.i32(1));
    Value table = held.in(trace);
    Graph graph = trace.graph(table.gather(ids).matmul(table, false, true).relu());
    var plan = new Engine().plan(graph);
    assertTrue(plan.prologue().isEmpty(), plan::toString);
    assertTrue(
        plan.steps().stream()
            .noneMatch(step ->
                step instanceof Step.Compute(var node, _, _) && node.op() instanceof Op.Unpack),
        plan::toString);
  }

  @Test
  void variablesHoldCompactValuesExactly() {
    for (DType dtype : List.of(DType.BF16, DType.I8)) {
      Held held = new Case(dtype, 1, 7, 45).weights();
      var engine = new Engine();
      engine.variables().write(held.weights, held.values);
      assertTrue(engine.variables().read(held.weights).sameBits(held.values));
    }
  }

  @Test
  void refusesIdsThatAreNoRows() {
    Held held = new Case(DType.BF16, 1, 7, 45).weights();
    var trace = new Trace();
    Graph graph = trace.graph(held.in(trace).gather(trace.input("ids", Type.i32(1))));
    var error =
        assertThrows(
            IndexOutOfBoundsException.class, () -> run(graph, held, 0, Tensor.of(Shape.of(1), 7)));
    assertTrue(error.getMessage().startsWith("id 7 at position 0"), error::getMessage);
  }

  @Test
  void refusesScalesOfAnotherNumberOfRows() {
    var trace = new Trace();
    Value rows = trace.read(new Variable("w", new Type(DType.I8, Shape.of(3, 4))));
    Value scales = trace.input("scales", Type.f32(4));
    var error =
        assertThrows(IllegalArgumentException.class, () -> Functions.unpacked(rows, scales));
    assertTrue(error.getMessage().contains("unpack needs scales F32[3]"), error::getMessage);
  }

  @Test
  void refusesAnIntegerWithoutItsOpposite() {
    var variable = new Variable("w", new Type(DType.I8, Shape.of(1, 2)));
    Tensor values = Tensor.wrap(DType.I8, Shape.of(1, 2), new byte[] {-127, -128});
    var variables = new Engine().variables();
    var error =
        assertThrows(IllegalArgumentException.class, () -> variables.write(variable, values));
    assertTrue(error.getMessage().contains("not -128"), error::getMessage);
  }
}
