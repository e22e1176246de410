package dev.bramante.cpu.loops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.cpu.warmup.Warmup;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Type;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Runs kernels on random inputs and compares them with the reference evaluator. */
final class KernelCheck {
  static final int[] WIDTHS = {512, 256, 128};

  /** What lies between and behind the operands and must not change. */
  private static final float GUARD = 12345.5f;

  private static final int SLACK = 16;

  private KernelCheck() {}

  /** Random tensors for the graph's inputs: normal numbers, small indices, coins. */
  static List<Tensor> inputs(Graph graph, long seed) {
    var random = new Random(seed);
    var tensors = new ArrayList<Tensor>();
    for (Node input : graph.inputs()) {
      Tensor tensor = Tensor.zeros(input.type().dtype(), input.type().shape());
      for (int i = 0; i < tensor.shape().size(); i++) {
        switch (tensor.dtype()) {
          case F32 -> tensor.floats()[i] = (float) random.nextGaussian();
          case I32 -> tensor.ints()[i] = random.nextInt(10);
          case I64 -> tensor.longs()[i] = random.nextInt(10);
          case BOOL -> tensor.booleans()[i] = (byte) random.nextInt(2);
          case BF16, I8 -> throw new IllegalArgumentException("no kernels for " + input.type());
        }
      }
      tensors.add(tensor);
    }
    return tensors;
  }

  /** Arrays that hold all operands, each somewhere in an array of its own, with guards around. */
  static final class Operands {
    final Object[] arrays;
    final int[] offsets;
    private final List<Type> types = new ArrayList<>();

    Operands(Graph graph, List<Tensor> inputs) {
      graph.inputs().forEach(node -> types.add(node.type()));
      graph.outputs().forEach(node -> types.add(node.type()));
      arrays = new Object[types.size()];
      offsets = new int[types.size()];
      for (int i = 0; i < arrays.length; i++) {
        offsets[i] = 16 * (i % 3) + i % 5;
        int size = types.get(i).shape().size();
        int length = offsets[i] + size + SLACK;
        if (types.get(i).dtype().isInteger()) {
          int[] array = new int[length];
          Arrays.fill(array, (int) GUARD);
          arrays[i] = array;
        } else {
          float[] array = new float[length];
          Arrays.fill(array, GUARD);
          arrays[i] = array;
        }
        if (i < inputs.size()) {
          fill(i, inputs.get(i));
        }
      }
    }

    private void fill(int operand, Tensor tensor) {
      for (int i = 0; i < tensor.shape().size(); i++) {
        if (arrays[operand] instanceof float[] floats) {
          floats[offsets[operand] + i] = (float) tensor.at(i);
        } else {
          ((int[]) arrays[operand])[offsets[operand] + i] = (int) tensor.at(i);
        }
      }
    }

    double at(int operand, int index) {
      int i = offsets[operand] + index;
      return arrays[operand] instanceof float[] floats ? floats[i] : ((int[]) arrays[operand])[i];
    }

    void checkGuards() {
      for (int i = 0; i < arrays.length; i++) {
        for (int j = -offsets[i]; j < types.get(i).shape().size() + SLACK; j++) {
          if (j < 0 || j >= types.get(i).shape().size()) {
            double guard = arrays[i] instanceof float[] ? GUARD : (int) GUARD;
            assertEquals(guard, at(i, j), "operand " + i + " is overrun at " + j);
          }
        }
      }
    }

    /** The bits of all operands. */
    int[] bits() {
      return Arrays.stream(arrays)
          .flatMapToInt(array ->
              array instanceof float[] floats
                  ? IntStream.range(0, floats.length).map(i -> Float.floatToRawIntBits(floats[i]))
                  : Arrays.stream((int[]) array))
          .toArray();
    }
  }

  /** Checks the body at each width and with one and two threads. */
  static void check(Graph body, double tolerance) {
    check(body, inputs(body, 7), tolerance);
  }

  static void check(Graph body, List<Tensor> inputs, double tolerance) {
    check(body, inputs, tolerance, (bits, pool) -> new LoopKernel(body, bits, pool));
  }

  /** Checks the kernel of the graph's one operation, whose operands are the graph's inputs. */
  static void checkOperation(Graph graph, List<Tensor> inputs, double tolerance) {
    Node node = graph.outputs().getFirst();
    List<Type> types = node.inputs().stream().map(Node::type).toList();
    check(
        graph,
        inputs,
        tolerance,
        (bits, pool) -> Loops.of(node.op(), types, node.type(), bits, pool));
  }

  static void checkOperation(Graph graph, double tolerance) {
    checkOperation(graph, inputs(graph, 11), tolerance);
  }

  private static void check(
      Graph body,
      List<Tensor> inputs,
      double tolerance,
      BiFunction<Integer, WorkerPool, Loop> kernels) {
    List<Array> expected = Reference.run(body, inputs.toArray(Tensor[]::new)).outputs();
    for (int bits : WIDTHS) {
      int[] first = null;
      for (int threads = 1; threads <= 2; threads++) {
        try (var pool = new WorkerPool(threads)) {
          var operands = new Operands(body, inputs);
          Loop kernel = kernels.apply(bits, pool);
          Warmup.takeCold().forEach(code -> code.run(2));
          kernel.bind(operands.arrays, operands.offsets);
          kernel.run();
          compare(body, operands, expected, tolerance, bits + " bits");
          operands.checkGuards();
          if (first != null && !Arrays.equals(first, operands.bits())) {
            fail("other bits with two threads\n" + body);
          }
          first = operands.bits();
        }
      }
    }
  }

  static void compare(
      Graph body, Operands operands, List<Array> expected, double tolerance, String how) {
    for (int k = 0; k < expected.size(); k++) {
      Array array = expected.get(k);
      DType dtype = body.outputs().get(k).type().dtype();
      for (int i = 0; i < array.type().shape().size(); i++) {
        double wanted = array.at(i);
        double got = operands.at(body.inputs().size() + k, i);
        double error = Math.abs(got - wanted) / Math.max(1, Math.abs(wanted));
        boolean same =
            Double.compare(got, wanted) == 0 || Float.compare((float) got, (float) wanted) == 0;
        if (!same && !(error <= (dtype.isFloating() ? tolerance : 0))) {
          fail(
              "output %d at %d is %s, not %s, with %s%n%s".formatted(k, i, got, wanted, how, body));
        }
      }
    }
  }
}
