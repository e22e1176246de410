package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.backend.Executable;
import dev.bramante.backend.VariableSource;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Variables that have a source give the same results, and stay only where they have to. */
class VariableSourceTest {
  private static final int WIDTH = 130;
  private static final int ROWS = 70;

  private final Variable filter = new Variable("filter", Type.f32(3, 3, 16, 24));
  private final Variable scale = new Variable("scale", Type.f32(24));
  private final Variable packed = new Variable("packed", Type.f32(24, WIDTH));
  private final Variable bias = new Variable("bias", Type.f32(WIDTH));
  private final Map<Variable, Tensor> values = new LinkedHashMap<>();
  private final List<Variable> asked = new ArrayList<>();
  private final Engine plain = new Engine();
  private final Engine supplied = new Engine();

  @BeforeEach
  void fill() {
    var random = new SplittableRandom(3);
    for (Variable variable : List.of(filter, scale, packed, bias)) {
      values.put(variable, tensor(variable.type(), random));
      plain.variables().write(variable, values.get(variable));
      supplied.variables().supply(variable, source(variable));
    }
  }

  private static Tensor tensor(Type type, SplittableRandom random) {
    Tensor tensor = Tensor.zeros(type.dtype(), type.shape());
    for (int i = 0; i < tensor.floats().length; i++) {
      tensor.floats()[i] = random.nextFloat() - 0.5f;
    }
    return tensor;
  }

  private VariableSource source(Variable variable) {
    return (to, at) -> {
      asked.add(variable);
      float[] from = values.get(variable).floats();
      System.arraycopy(from, 0, to, at, from.length);
    };
  }

  /** A folded filter, a product that is packed, and a bias that each run reads. */
  private Graph graph(int images) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(images, 7, 10, 16));
    Value folded = trace.read(filter).times(trace.read(scale));
    Value y = x.conv2d(folded, Window.square(3, 1, 1), 1).relu();
    Value rows = y.reshape(images * 70, 24);
    return trace.graph(rows.matmul(trace.read(packed)).plus(trace.read(bias)));
  }

  private void assertSame(Executable expected, Executable actual, int images) {
    Tensor x = tensor(Type.f32(images, 7, 10, 16), new SplittableRandom(images));
    assertArrayEquals(expected.run(x).getFirst().floats(), actual.run(x).getFirst().floats());
  }

  @Test
  void runsGiveTheSameBits() {
    Executable expected = plain.compile(graph(2));
    Executable actual = supplied.compile(graph(2));
    assertSame(expected, actual, 2);
    assertSame(expected, actual, 2);
    assertEquals(4, asked.size(), () -> "each is asked once: " + asked);
  }

  @Test
  void anotherExecutableAsksAgainForWhatDidNotStay() {
    assertSame(plain.compile(graph(1)), supplied.compile(graph(1)), 1);
    asked.clear();
    assertSame(plain.compile(graph(3)), supplied.compile(graph(3)), 3);
    assertEquals(
        List.of(filter, scale, packed),
        asked.stream().sorted((a, b) -> order(a) - order(b)).toList());
  }

  private static int order(Variable variable) {
    return List.of("filter", "scale", "packed", "bias").indexOf(variable.name());
  }

  @Test
  void valuesCanBeReadAndReplaced() {
    Executable expected = plain.compile(graph(2));
    Executable actual = supplied.compile(graph(2));
    assertSame(expected, actual, 2);
    assertArrayEquals(values.get(filter).floats(), supplied.variables().read(filter).floats());
    assertArrayEquals(
        new float[] {values.get(scale).floats()[5]},
        supplied.variables().read(scale, 5, Type.f32(1)).floats());
    Tensor other = tensor(filter.type(), new SplittableRandom(8));
    plain.variables().write(filter, other);
    supplied.variables().write(filter, other);
    assertSame(expected, actual, 2);
    values.put(packed, tensor(packed.type(), new SplittableRandom(9)));
    plain.variables().write(packed, values.get(packed));
    supplied.variables().supply(packed, source(packed));
    assertSame(expected, actual, 2);
  }

  @Test
  void aPartMayBeWritten() {
    Tensor part = Tensor.of(Shape.of(2), 4f, 5);
    plain.variables().write(scale, 3, part);
    supplied.variables().write(scale, 3, part);
    assertArrayEquals(
        plain.variables().read(scale).floats(), supplied.variables().read(scale).floats());
    assertSame(plain.compile(graph(2)), supplied.compile(graph(2)), 2);
  }

  @Test
  void whatIsAssignedStays() {
    for (Engine engine : List.of(plain, supplied)) {
      var trace = new Trace();
      trace.assign(packed, trace.read(packed).times(2));
      engine.compile(trace.graph(trace.read(bias).sum())).run();
    }
    assertArrayEquals(
        plain.variables().read(packed).floats(), supplied.variables().read(packed).floats());
    assertSame(plain.compile(graph(1)), supplied.compile(graph(1)), 1);
  }

  @Test
  void aSourceIsOfSinglePrecision() {
    var ids = new Variable("ids", new Type(DType.I32, Shape.of(3)));
    assertThrows(
        IllegalArgumentException.class, () -> supplied.variables().supply(ids, (_, _) -> {}));
  }

  /** What failed once may succeed later; until then there are no made-up values. */
  @Test
  void aSourceThatFailsIsAskedAgain() {
    var variable = new Variable("late", Type.f32(2));
    var engine = new Engine();
    var failures = new ArrayList<>(List.of("not yet", "nor now"));
    engine
        .variables()
        .supply(
            variable,
            (to, at) -> {
              to[at] = 5;
              if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.removeFirst());
              }
              to[at + 1] = 6;
            });
    var trace = new Trace();
    trace.assign(variable, trace.read(variable).plus(trace.read(variable)));
    Executable doubled = engine.compile(trace.graph());
    assertThrows(IllegalStateException.class, () -> engine.variables().read(variable));
    assertThrows(IllegalStateException.class, doubled::run);
    doubled.run();
    assertArrayEquals(new float[] {10, 12}, engine.variables().read(variable).floats());
  }
}
