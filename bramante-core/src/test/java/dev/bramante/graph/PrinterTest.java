package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrinterTest {
  @Test
  void printsOneNodeALineWithAttributesTypesAndLayers() {
    Object layer = new Object();
    var trace = new Trace(new IdentityHashMap<>(Map.of(layer, "conv1")), Mode.TRAINING);
    Value x = trace.input("x", Type.f32(2, 8, 8, 3));
    var weight = new Variable("conv1.weight", Type.f32(3, 3, 3, 4));
    Value y = x.in(layer).conv2d(trace.read(weight), new Window(3, 3, 2, 1, 1, 0, 1, 2), 1).relu();
    Value pooled = y.maxPool(Window.square(2, 2, 0)).sum(1, 2).argMax(1);
    trace.assign(weight, trace.read(weight).times(0.5f));
    assertEquals(
        """
        %0 = input() x : F32[2, 8, 8, 3]
        %1 = read() conv1.weight : F32[3, 3, 3, 4]  # conv1
        %2 = conv2d(%0, %1) 3x3 stride 2x1 pad 1x0 dilation 1x2 : F32[2, 4, 4, 4]  # conv1
        %3 = relu(%2) : F32[2, 4, 4, 4]  # conv1
        %4 = max_pool(%3) 2x2 stride 2x2 : F32[2, 2, 2, 4]  # conv1
        %5 = reduce_sum(%4) axes [1, 2] : F32[2, 1, 1, 4]  # conv1
        %6 = reshape(%5) : F32[2, 4]  # conv1
        %7 = argmax(%6) axis 1 : I32[2, 1]  # conv1
        %8 = reshape(%7) : I32[2]  # conv1
        %9 = constant() 0.5 : F32[]  # conv1
        %10 = reshape(%9) : F32[1, 1, 1, 1]  # conv1
        %11 = broadcast(%10) : F32[3, 3, 3, 4]  # conv1
        %12 = mul(%1, %11) : F32[3, 3, 3, 4]  # conv1
        return %8
        conv1.weight <- %12
        """,
        trace.graph(pooled).toString());
  }

  @Test
  void printsAttributesOfMovementAndProducts() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 3));
    Value ids = trace.constant(Tensor.of(Shape.of(2), 1, 0));
    Value y = x.transpose(1, 0).matmul(x, true, true).slice(0, 1, 2).pad(1, 0, 2, 1.5f);
    Value z = x.gather(ids).scatterAdd(ids, 4).concat(1, trace.random(4, 1));
    assertEquals(
        """
        %0 = input() x : F32[2, 3]
        %1 = input() seed : I32[]
        %2 = input() step : I32[]
        %3 = transpose(%0) [1, 0] : F32[3, 2]
        %4 = matmul(%3, %0) transposeA transposeB : F32[2, 2]
        %5 = slice(%4) at [1, 0] : F32[1, 2]
        %6 = pad(%5) [0, 0] [0, 2] of 1.5 : F32[1, 4]
        %7 = constant() … : I32[2]
        %8 = gather(%0, %7) : F32[2, 3]
        %9 = scatter_add(%7, %8) : F32[4, 3]
        %10 = random(%1, %2) stream 0 : F32[4, 1]
        %11 = concat(%9, %10) axis 1 : F32[4, 4]
        return %6, %11
        """,
        trace.graph(y, z).toString());
  }

  @Test
  void indentsTheBodiesOfFusedKernels() {
    var inner = new Trace();
    Value a = inner.input("a", Type.f32(2));
    Graph body = inner.graph(a.exp(), a.negate());
    var trace = new Trace();
    Value fused = trace.add(new Op.Fused(body), List.of(trace.input("x", Type.f32(2))));
    assertEquals(
        """
        %0 = input() x : F32[2]
        %1 = fused(%0) : F32[2] {
          %0 = input() a : F32[2]
          %1 = exp(%0) : F32[2]
          %2 = neg(%0) : F32[2]
          return %1, %2
        }
        %2 = part(%1) 1 : F32[2]
        return %1, %2
        """,
        trace.graph(fused, trace.add(new Op.Part(1), fused)).toString());
  }
}
