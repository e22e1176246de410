package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SparsePoolGradientsTest {
  /** The gradients of a pooled convolution; {@code wanted} are positions of x, weight and bias. */
  private static Graph gradients(int filters, Window window, Window pool, int... wanted) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 8, 8, 4));
    Value weight = trace.input("weight", Type.f32(window.kernelH(), window.kernelW(), 4, filters));
    Value bias = trace.input("bias", Type.f32(filters));
    Value pooled = x.conv2d(weight, window, 1).plus(bias).maxPool(pool);
    Value loss = pooled.times(pooled).sum();
    var with = new ArrayList<Value>();
    for (int i : wanted) {
      with.add(List.of(x, weight, bias).get(i));
    }
    return Rewrites.tidy(trace.graph(Gradients.of(loss, with).toArray(Value[]::new)));
  }

  private static void assertUntouched(Graph graph) {
    assertSame(graph, new SparsePoolGradients().apply(graph));
  }

  @Test
  void bothGradientsBecomeOneKernel() {
    Rewrites.assertText(
        new SparsePoolGradients(),
        gradients(5, Window.square(3, 1, 0), Window.square(2, 2, 0), 0, 1, 2),
        """
        %0 = input() x : F32[2, 8, 8, 4]
        %1 = input() weight : F32[3, 3, 4, 5]
        %2 = input() bias : F32[5]
        %3 = conv2d(%0, %1) 3x3 : F32[2, 6, 6, 5]
        %4 = reshape(%2) : F32[1, 1, 1, 5]
        %5 = broadcast(%4) : F32[2, 6, 6, 5]
        %6 = add(%3, %5) : F32[2, 6, 6, 5]
        %7 = max_pool(%6) 2x2 stride 2x2 : F32[2, 3, 3, 5]
        %8 = add(%7, %7) : F32[2, 3, 3, 5]
        %9 = max_pool_grad(%6, %7, %8) 2x2 stride 2x2 : F32[2, 6, 6, 5]
        %10 = conv2d_input_grad(%9, %1) 3x3 : F32[2, 8, 8, 4]
        %11 = conv2d_weight_grad(%0, %9) 3x3 : F32[3, 3, 4, 5]
        %12 = reduce_sum(%8) axes [0, 1, 2] : F32[1, 1, 1, 5]
        %13 = reshape(%12) : F32[5]
        return %10, %11, %13
        """,
        """
        %0 = input() x : F32[2, 8, 8, 4]
        %1 = input() weight : F32[3, 3, 4, 5]
        %2 = input() bias : F32[5]
        %3 = conv2d(%0, %1) 3x3 : F32[2, 6, 6, 5]
        %4 = reshape(%2) : F32[1, 1, 1, 5]
        %5 = broadcast(%4) : F32[2, 6, 6, 5]
        %6 = add(%3, %5) : F32[2, 6, 6, 5]
        %7 = max_pool(%6) 2x2 stride 2x2 : F32[2, 3, 3, 5]
        %8 = add(%7, %7) : F32[2, 3, 3, 5]
        %9 = fused(%6, %7, %8, %1, %0) : F32[2, 8, 8, 4] {
          %0 = input() x0 : F32[2, 6, 6, 5]
          %1 = input() x1 : F32[2, 3, 3, 5]
          %2 = input() x2 : F32[2, 3, 3, 5]
          %3 = input() x3 : F32[3, 3, 4, 5]
          %4 = input() x4 : F32[2, 8, 8, 4]
          %5 = max_pool_grad(%0, %1, %2) 2x2 stride 2x2 : F32[2, 6, 6, 5]
          %6 = conv2d_input_grad(%5, %3) 3x3 : F32[2, 8, 8, 4]
          %7 = conv2d_weight_grad(%4, %5) 3x3 : F32[3, 3, 4, 5]
          return %6, %7
        }
        %10 = part(%9) 1 : F32[3, 3, 4, 5]
        %11 = reduce_sum(%8) axes [0, 1, 2] : F32[1, 1, 1, 5]
        %12 = reshape(%11) : F32[5]
        return %9, %10, %12
        """);
  }

  @Test
  void theWeightsGradientAloneBecomesOneToo() {
    Rewrites.assertText(
        new SparsePoolGradients(),
        gradients(3, Window.square(3, 1, 1), Window.square(3, 2, 1), 1),
        """
        %0 = input() x : F32[2, 8, 8, 4]
        %1 = input() weight : F32[3, 3, 4, 3]
        %2 = input() bias : F32[3]
        %3 = conv2d(%0, %1) 3x3 pad 1x1 : F32[2, 8, 8, 3]
        %4 = reshape(%2) : F32[1, 1, 1, 3]
        %5 = broadcast(%4) : F32[2, 8, 8, 3]
        %6 = add(%3, %5) : F32[2, 8, 8, 3]
        %7 = max_pool(%6) 3x3 stride 2x2 pad 1x1 : F32[2, 4, 4, 3]
        %8 = add(%7, %7) : F32[2, 4, 4, 3]
        %9 = max_pool_grad(%6, %7, %8) 3x3 stride 2x2 pad 1x1 : F32[2, 8, 8, 3]
        %10 = conv2d_weight_grad(%0, %9) 3x3 pad 1x1 : F32[3, 3, 4, 3]
        return %10
        """,
        """
        %0 = input() x : F32[2, 8, 8, 4]
        %1 = input() weight : F32[3, 3, 4, 3]
        %2 = input() bias : F32[3]
        %3 = conv2d(%0, %1) 3x3 pad 1x1 : F32[2, 8, 8, 3]
        %4 = reshape(%2) : F32[1, 1, 1, 3]
        %5 = broadcast(%4) : F32[2, 8, 8, 3]
        %6 = add(%3, %5) : F32[2, 8, 8, 3]
        %7 = max_pool(%6) 3x3 stride 2x2 pad 1x1 : F32[2, 4, 4, 3]
        %8 = add(%7, %7) : F32[2, 4, 4, 3]
        %9 = fused(%6, %7, %8, %0) : F32[3, 3, 4, 3] {
          %0 = input() x0 : F32[2, 8, 8, 3]
          %1 = input() x1 : F32[2, 4, 4, 3]
          %2 = input() x2 : F32[2, 4, 4, 3]
          %3 = input() x3 : F32[2, 8, 8, 4]
          %4 = max_pool_grad(%0, %1, %2) 3x3 stride 2x2 pad 1x1 : F32[2, 8, 8, 3]
          %5 = conv2d_weight_grad(%3, %4) 3x3 pad 1x1 : F32[3, 3, 4, 3]
          return %5
        }
        return %9
        """);
  }

  @Test
  void staysWhereTheGradientIsReadByOthers() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 8, 8, 4));
    Value weight = trace.input("weight", Type.f32(3, 3, 4, 5));
    Value h = x.conv2d(weight, Window.square(3, 1, 0), 1);
    Value loss = h.maxPool(Window.square(2, 2, 0)).sum();
    List<Value> gradients = Gradients.of(loss, List.of(h, weight));
    assertUntouched(Rewrites.tidy(trace.graph(gradients.get(0), gradients.get(1))));
  }

  @Test
  void staysWhereItHasFewZeros() {
    assertUntouched(gradients(5, Window.square(3, 1, 0), Window.square(2, 1, 0), 0, 1));
    assertUntouched(gradients(5, Window.square(3, 1, 0), new Window(1, 2, 1, 2, 0, 0, 1, 1), 0, 1));
  }

  @Test
  void staysWhereThereIsLittleToMultiply() {
    assertUntouched(gradients(5, Window.square(1, 1, 0), Window.square(2, 2, 0), 0, 1));
  }

  @Test
  void staysWhereAWindowIsDilated() {
    assertUntouched(gradients(5, new Window(3, 3, 1, 1, 0, 0, 2, 1), Window.square(2, 2, 0), 0, 1));
    assertUntouched(gradients(5, Window.square(3, 1, 0), new Window(2, 2, 2, 2, 0, 0, 2, 2), 0, 1));
  }

  @Test
  void staysWhereOneGradientDependsOnTheOther() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 8, 8, 4));
    Value weight = trace.input("weight", Type.f32(3, 3, 4, 5));
    var window = Window.square(3, 1, 0);
    Value loss = x.conv2d(weight, window, 1).maxPool(Window.square(2, 2, 0)).sum();
    Value dx = Gradients.of(loss, List.of(x)).getFirst();
    var dense = trace.graph(dx);
    var gradient = dense.nodes().stream().filter(n -> n.op() instanceof Op.MaxPoolGrad).findFirst();
    var dw =
        Node.of(
            new Op.Conv2dWeightGrad(window, 1, weight.type().shape()),
            List.of(dense.outputs().getFirst(), gradient.orElseThrow()),
            "");
    assertUntouched(Graph.of(dense.inputs(), List.of(dw), List.of()));
  }
}
