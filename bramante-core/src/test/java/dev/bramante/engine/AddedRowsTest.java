package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.graph.AddedRows;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The gradient of tied embeddings: rows are added to what a product gave, where it lies. */
class AddedRowsTest {
  private static Tensor random(int... dims) {
    Tensor tensor = Tensor.zeros(DType.F32, Shape.of(dims));
    var random = new SplittableRandom(dims[1]);
    for (int i = 0; i < tensor.floats().length; i++) {
      tensor.floats()[i] = random.nextFloat() * 4 - 2;
    }
    return tensor;
  }

  /** So few different ones that some come often. */
  private static Tensor ids(int count, int rows) {
    Tensor tensor = Tensor.zeros(DType.I32, Shape.of(count));
    for (int i = 0; i < count; i++) {
      tensor.ints()[i] = i * i % rows;
    }
    return tensor;
  }

  /** A product and the rows of two sequences, as an encoder and a decoder have. */
  private static Graph gradient(int words, int count, int width) {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(words, 6));
    var b = trace.input("b", Type.f32(6, width));
    var ids = trace.input("ids", Type.i32(count));
    var rows = trace.input("rows", Type.f32(count, width));
    var others = trace.input("others", Type.i32(count));
    var twice = rows.times(rows);
    return trace.graph(
        a.matmul(b).plus(rows.scatterAdd(ids, words)).plus(twice.scatterAdd(others, words)));
  }

  private static Tensor[] inputs(int words, int count, int width) {
    return new Tensor[] {
      random(words, 6),
      random(6, width),
      ids(count, words),
      random(count, width),
      ids(count, Math.min(3, words))
    };
  }

  private static List<Step> steps(Plan plan, String label) {
    return plan.steps().stream().filter(step -> step.label().contains(label)).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "512, 5, 7, 3",
    "256, 1, 4, 17",
    "128, 207, 13, 1",
    "512, 4098, 600, 130",
    "256, 6, 900, 97"
  })
  void lieOnTheProduct(int bits, int words, int count, int width) {
    Graph graph = gradient(words, count, width);
    Tensor[] inputs = inputs(words, count, width);
    double[] expected = Reference.run(graph, Map.of(), inputs).output(0).values();
    var options = EngineOptions.defaults().withVectorBits(bits);
    Plan plan = new Engine(options).plan(graph);
    int product = steps(plan, "matmul").getFirst().outputs().getFirst().offset();
    List<Step> added = steps(plan, "scatter_add");
    assertEquals(2, added.size());
    added.forEach(step -> assertEquals(product, step.outputs().getFirst().offset()));
    Tensor one = new Engine(options.withThreads(1)).compile(graph).run(inputs).getFirst();
    Tensor two = new Engine(options.withThreads(2)).compile(graph).run(inputs).getFirst();
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], one.at(i), 1e-5 * Math.max(count, Math.abs(expected[i])));
    }
    assertArrayEquals(one.floats(), two.floats());
  }

  @ParameterizedTest
  @CsvSource({"5, 3, 4", "300, 500, 260"})
  void copyTheTableThatIsReadLater(int words, int count, int width) {
    Node table = Node.of(new Op.Input("table", Type.f32(words, width)), List.of(), "");
    Node ids = Node.of(new Op.Input("ids", Type.i32(count)), List.of(), "");
    Node rows = Node.of(new Op.Input("rows", Type.f32(count, width)), List.of(), "");
    var op = AddedRows.of(table.type(), ids.type(), rows.type());
    Node sum = Node.of(op, List.of(table, ids, rows), "");
    Graph graph = Graph.of(List.of(table, ids, rows), List.of(sum, table), List.of());
    Tensor[] inputs = {random(words, width), ids(count, words), random(count, width)};
    double[] expected = Reference.run(graph, Map.of(), inputs).output(0).values();
    List<Tensor> actual = new Engine().compile(graph).run(inputs);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual.getFirst().at(i), 1e-5 * count);
    }
    assertArrayEquals(inputs[0].floats(), actual.getLast().floats());
  }

  @Test
  void refuseNumbersThatAreNoRows() {
    Tensor[] inputs = inputs(5, 4, 3);
    inputs[2].ints()[2] = 5;
    var executable = new Engine().compile(gradient(5, 4, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> executable.run(inputs));
  }
}
