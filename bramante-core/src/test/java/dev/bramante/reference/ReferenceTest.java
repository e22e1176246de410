package dev.bramante.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  private final Trace trace = new Trace();
  private final Variable weight = new Variable("weight", Type.f32(2));

  @Test
  void assignmentsSeeTheOldValues() {
    Value w = trace.read(weight);
    Value x = trace.input("x", Type.f32(2));
    trace.assign(weight, w.plus(x));
    Reference.Result result =
        Reference.run(
            trace.graph(w.times(10)),
            Map.of(weight, Tensor.of(Shape.of(2), 1f, 2f)),
            Tensor.of(Shape.of(2), 5f, 6f));
    assertArrayEquals(new double[] {10, 20}, result.output(0).values());
    assertArrayEquals(new double[] {6, 8}, result.assigned().get(weight).values());
  }

  @Test
  void nothingIsRoundedToSinglePrecision() {
    Value x = trace.input("x", Type.f32());
    Graph graph = trace.graph(x.plus(1).plus(-1));
    assertEquals(0x1p-40, Reference.run(graph, Tensor.scalar(0x1p-40f)).output(0).at(0));
  }

  @Test
  void fusedKernelsHaveTheOutputsOfTheirBodies() {
    var inner = new Trace();
    Value a = inner.input("a", Type.f32(2));
    Value b = inner.input("b", Type.f32(2));
    Graph body = inner.graph(a.plus(b), a.times(b));
    Value x = trace.input("x", Type.f32(2));
    Value fused = trace.add(new Op.Fused(body), x, x.plus(1));
    Value part = trace.add(new Op.Part(1), fused);
    Reference.Result result =
        Reference.run(trace.graph(fused, part), Tensor.of(Shape.of(2), 3f, 4f));
    assertArrayEquals(new double[] {7, 9}, result.output(0).values());
    assertArrayEquals(new double[] {12, 20}, result.output(1).values());
  }

  @Test
  void refusesArgumentsThatDoNotFit() {
    Value x = trace.input("x", Type.f32(2));
    Graph graph = trace.graph(x.plus(trace.read(weight)));
    Tensor given = Tensor.of(Shape.of(2), 1f, 2f);
    assertEquals("the graph takes 1 inputs, not 0", message(graph, Map.of(weight, given)));
    assertEquals(
        "input 0 is F32[2], not F32[1]",
        message(graph, Map.of(weight, given), Tensor.of(Shape.of(1), 1f)));
    assertEquals(
        "no value is given for the variable weight: F32[2]", message(graph, Map.of(), given));
    assertEquals(
        "weight is F32[2], not I32[2]",
        message(graph, Map.of(weight, Tensor.zeros(DType.I32, Shape.of(2))), given));
  }

  private static String message(Graph graph, Map<Variable, Tensor> variables, Tensor... inputs) {
    return assertThrows(
            IllegalArgumentException.class, () -> Reference.run(graph, variables, inputs))
        .getMessage();
  }

  @Test
  void arraysConvertToTensorsAndBack() {
    for (DType dtype : DType.values()) {
      Array array = new Array(new Type(dtype, Shape.of(2)), new double[] {0, 1});
      assertArrayEquals(array.values(), Array.of(array.toTensor()).values());
      assertEquals(dtype, array.toTensor().dtype());
    }
    assertThrows(IllegalArgumentException.class, () -> new Array(Type.f32(3), new double[] {1, 2}));
    assertEquals("F32[2] [1.0, 2.0]", Array.of(Shape.of(2), 1, 2).toString());
  }
}
