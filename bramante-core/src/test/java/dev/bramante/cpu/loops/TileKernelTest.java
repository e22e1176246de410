package dev.bramante.cpu.loops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileKernelTest {
  private final Trace trace = new Trace();

  private Value f32(String name, int... dims) {
    return trace.input(name, Type.f32(dims));
  }

  /** Computes the body in rectangles, in place on its first input. */
  private static void check(Graph body, int rowStep, int colStep) {
    List<Tensor> inputs = KernelCheck.inputs(body, 3);
    var expected = Reference.run(body, inputs.toArray(Tensor[]::new)).outputs();
    for (int bits : KernelCheck.WIDTHS) {
      var operands = new KernelCheck.Operands(body, inputs);
      int result = body.inputs().size();
      operands.arrays[result] = operands.arrays[0];
      operands.offsets[result] = operands.offsets[0];
      var kernel = new TileKernel(body, bits, 2);
      kernel.bind(operands.arrays, operands.offsets);
      int tile = 0;
      for (int row = 0; row < kernel.rows(); row += rowStep) {
        for (int col = 0; col < kernel.cols(); col += colStep) {
          int rowEnd = Math.min(row + rowStep, kernel.rows());
          kernel.apply(tile++ % 2, row, rowEnd, col, Math.min(col + colStep, kernel.cols()));
        }
      }
      KernelCheck.compare(body, operands, expected, 1e-6, bits + " bits");
      operands.checkGuards();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 13, 17, 32, 207})
  void biasAndActivation(int n) {
    Value c = f32("c", 14, n);
    check(trace.graph(Functions.gelu(c.plus(f32("b", n)))), 5, 16);
  }

  @Test
  void positionsOfTokensInABatch() {
    Value c = f32("c", 3, 7, 40);
    Value positions = f32("p", 7, 40);
    Value residual = f32("r", 3, 7, 40);
    check(trace.graph(c.plus(positions).plus(residual)), 4, 24);
  }

  @Test
  void everythingFull() {
    Value c = f32("c", 9, 33);
    check(trace.graph(c.plus(f32("r", 9, 33)).relu()), 2, 17);
  }

  @Test
  void severalOutputsOfOneShape() {
    Value c = f32("c", 8, 20);
    Value sum = c.plus(f32("b", 20));
    check(trace.graph(sum.relu(), sum), 3, 20);
  }

  @Test
  void aRowAndAColumn() {
    Value row = f32("c", 1, 1, 50);
    check(trace.graph(row.plus(f32("b", 50))), 1, 16);
  }

  @Test
  void otherShapesAreRefused() {
    Value c = f32("c", 8, 20);
    Graph body = trace.graph(c.sum(1));
    var error = assertThrows(IllegalArgumentException.class, () -> new TileKernel(body, 512, 1));
    assertTrue(error.getMessage().startsWith("outputs of a tile kernel must have the full shape"));
    assertEquals(Shape.of(8), body.outputs().getFirst().type().shape());
  }
}
