package dev.bramante.cpu.loops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoopsTest {
  private final Trace trace = new Trace();

  private Value f32(String name, int... dims) {
    return trace.input(name, Type.f32(dims));
  }

  static Stream<Arguments> windows() {
    return Stream.of(
        Arguments.of(Window.square(3, 3, 0), Shape.of(3, 24, 24, 32)),
        Arguments.of(Window.square(2, 2, 0), Shape.of(5, 4, 4, 64)),
        Arguments.of(Window.square(2, 2, 0), Shape.of(2, 5, 7, 6)),
        Arguments.of(Window.square(3, 2, 1), Shape.of(2, 9, 8, 17)),
        Arguments.of(Window.square(3, 1, 1), Shape.of(1, 6, 5, 207)),
        Arguments.of(Window.square(3, 2, 1), Shape.of(1, 60, 60, 130)),
        Arguments.of(Window.square(5, 5, 2), Shape.of(2, 11, 13, 4)),
        Arguments.of(Window.square(1, 2, 0), Shape.of(2, 5, 5, 13)),
        Arguments.of(new Window(2, 3, 1, 2, 0, 1, 2, 1), Shape.of(2, 7, 8, 20)),
        Arguments.of(new Window(2, 2, 3, 3, 2, 2, 3, 3), Shape.of(1, 1, 1, 6)),
        Arguments.of(Window.square(7, 7, 0), Shape.of(1, 7, 7, 33)));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void maxPool(Window window, Shape x) {
    KernelCheck.checkOperation(trace.graph(f32("x", x.dims()).maxPool(window)), 0);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void maxPoolGrad(Window window, Shape shape) {
    Value x = f32("x", shape.dims());
    var pooling = trace.graph(x.maxPool(window));
    List<Tensor> images = coarse(KernelCheck.inputs(pooling, 5));
    Tensor maxima = Reference.run(pooling, images.getFirst()).output(0).toTensor();
    Value y = f32("y", maxima.shape().dims());
    Value dy = f32("dy", maxima.shape().dims());
    var graph = trace.graph(trace.add(new Op.MaxPoolGrad(window), x, y, dy));
    var inputs = new ArrayList<Tensor>(KernelCheck.inputs(graph, 6));
    inputs.set(0, images.getFirst());
    inputs.set(1, maxima);
    KernelCheck.checkOperation(graph, inputs, 1e-6);
  }

  @ParameterizedTest
  @CsvSource({"3, 24, 32", "2, 4, 64", "2, 6, 13", "7, 14, 5"})
  void maxPoolGradMayOverwriteTheImages(int size, int side, int channels) {
    Window window = Window.square(size, size, 0);
    Value x = f32("x", 2, side, side, channels);
    var pooling = trace.graph(x.maxPool(window));
    List<Tensor> inputs = new ArrayList<>(coarse(KernelCheck.inputs(pooling, 5)));
    Tensor maxima = Reference.run(pooling, inputs.getFirst()).output(0).toTensor();
    Value y = f32("y", maxima.shape().dims());
    Value dy = f32("dy", maxima.shape().dims());
    var graph = trace.graph(trace.add(new Op.MaxPoolGrad(window), x, y, dy));
    inputs.add(maxima);
    inputs.add(KernelCheck.inputs(graph, 6).get(2));
    var expected = Reference.run(graph, inputs.toArray(Tensor[]::new)).outputs();
    List<Type> types = List.of(x.type(), y.type(), dy.type());
    var op = graph.outputs().getFirst().op();
    try (var pool = new WorkerPool(2)) {
      var operands = new KernelCheck.Operands(graph, inputs);
      operands.arrays[3] = operands.arrays[0];
      operands.offsets[3] = operands.offsets[0];
      Loop loop = Loops.of(op, types, x.type(), 256, pool);
      loop.bind(operands.arrays, operands.offsets);
      loop.run();
      KernelCheck.compare(graph, operands, expected, 0, "in place");
    }
  }

  /** Few different values, so that maxima tie. */
  private static List<Tensor> coarse(List<Tensor> tensors) {
    for (Tensor tensor : tensors) {
      for (int i = 0; i < tensor.floats().length; i++) {
        tensor.floats()[i] = Math.round(tensor.floats()[i]);
      }
    }
    return tensors;
  }

  @ParameterizedTest
  @MethodSource("windows")
  void avgPool(Window window, Shape x) {
    KernelCheck.checkOperation(trace.graph(f32("x", x.dims()).avgPool(window)), 1e-6);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void avgPoolGrad(Window window, Shape x) {
    int outH = window.outH(x.dim(1));
    int outW = window.outW(x.dim(2));
    Value dy = f32("dy", x.dim(0), outH, outW, x.dim(3));
    KernelCheck.checkOperation(trace.graph(trace.add(new Op.AvgPoolGrad(window, x), dy)), 1e-6);
  }

  @Test
  void argMax() {
    for (int axis = 0; axis < 3; axis++) {
      var t = new Trace();
      Value x = t.input("x", Type.f32(13, 17, 207));
      var graph = t.graph(t.add(new Op.ArgMax(axis), x));
      KernelCheck.checkOperation(graph, coarse(KernelCheck.inputs(graph, 3)), 0);
    }
  }

  static Stream<Arguments> transposes() {
    return Stream.of(
        Arguments.of(List.of(1, 0), Shape.of(13, 17)),
        Arguments.of(List.of(1, 0), Shape.of(207, 409)),
        Arguments.of(List.of(0, 3, 1, 2), Shape.of(64, 2, 2, 64)),
        Arguments.of(List.of(0, 2, 3, 1), Shape.of(6, 64, 4, 4)),
        Arguments.of(List.of(0, 2, 1, 3), Shape.of(2, 5, 3, 40)),
        Arguments.of(List.of(2, 1, 0), Shape.of(4, 6, 13)),
        Arguments.of(List.of(2, 0, 1), Shape.of(17, 1, 33)),
        Arguments.of(List.of(0, 1), Shape.of(3, 4)),
        Arguments.of(List.of(1, 0), Shape.of(1, 1)));
  }

  @ParameterizedTest
  @MethodSource("transposes")
  void transpose(List<Integer> permutation, Shape x) {
    int[] axes = permutation.stream().mapToInt(i -> i).toArray();
    KernelCheck.checkOperation(trace.graph(f32("x", x.dims()).transpose(axes)), 0);
  }

  @Test
  void transposeOfIntegers() {
    Value x = trace.input("x", Type.i32(19, 33));
    KernelCheck.checkOperation(trace.graph(x.transpose(1, 0)), 0);
  }

  @Test
  void slices() {
    Value x = f32("x", 13, 17, 6);
    KernelCheck.checkOperation(trace.graph(x.slice(0, 3, 8)), 0);
    KernelCheck.checkOperation(trace.graph(x.slice(1, 16, 17)), 0);
    KernelCheck.checkOperation(trace.graph(x.slice(2, 1, 4)), 0);
    KernelCheck.checkOperation(trace.graph(x.slice(2, 5, 6)), 0);
    KernelCheck.checkOperation(trace.graph(x.slice(1, 4, 4)), 0);
  }

  @Test
  void concatenations() {
    for (int axis = 0; axis < 3; axis++) {
      var t = new Trace();
      Shape shape = Shape.of(4, 6, 13);
      Value a = t.input("a", new Type(Type.f32().dtype(), shape));
      Value b = t.input("b", new Type(Type.f32().dtype(), shape.with(axis, 17)));
      Value c = t.input("c", new Type(Type.f32().dtype(), shape.with(axis, 1)));
      KernelCheck.checkOperation(t.graph(a.concat(axis, b, c)), 0);
    }
  }

  @Test
  void concatenationOfMuch() {
    Value a = f32("a", 100_003);
    Value b = f32("b", 200_001);
    KernelCheck.checkOperation(trace.graph(a.concat(0, b)), 0);
  }

  @Test
  void padding() {
    Value x = f32("x", 4, 6, 13);
    var op = new Op.Pad(List.of(1, 0, 2), List.of(0, 3, 1), 7.5f);
    KernelCheck.checkOperation(trace.graph(trace.add(op, x)), 0);
    Value i = trace.input("i", Type.i32(4, 6));
    var ofInts = new Op.Pad(List.of(0, 2), List.of(1, 0), -1);
    var graph = new Trace();
    Value j = graph.input("i", Type.i32(4, 6));
    KernelCheck.checkOperation(graph.graph(graph.add(ofInts, j)), 0);
    assertEquals(i.type(), j.type());
  }

  @Test
  void gather() {
    Value table = f32("table", 10, 3, 7);
    Value ids = trace.input("ids", Type.i32(5, 4));
    KernelCheck.checkOperation(trace.graph(table.gather(ids)), 0);
  }

  @Test
  void scatterAdd() {
    Value ids = trace.input("ids", Type.i32(5, 4));
    Value updates = f32("updates", 5, 4, 17);
    var graph = trace.graph(updates.scatterAdd(ids, 10));
    KernelCheck.checkOperation(graph, 1e-6);
  }

  @Test
  void scatterAddIntoFewLongRows() {
    Value ids = trace.input("ids", Type.i32(50));
    Value updates = f32("updates", 50, 4098);
    KernelCheck.checkOperation(trace.graph(updates.scatterAdd(ids, 10)), 1e-5);
  }

  @Test
  void idsOutOfRangeAreRefused() {
    var pool = new WorkerPool(1);
    var loop =
        Loops.of(new Op.Gather(), List.of(Type.f32(4, 2), Type.i32(3)), Type.f32(3, 2), 128, pool);
    loop.bind(
        new Object[] {new float[32], new int[] {0, 3, 4}, new float[32]}, new int[] {0, 0, 0});
    var error = assertThrows(IndexOutOfBoundsException.class, loop::run);
    assertEquals(
        "id 4 at position 2 is not a row of a table of 4 rows; is the vocabulary smaller than the ids?",
        error.getMessage());
  }
}
