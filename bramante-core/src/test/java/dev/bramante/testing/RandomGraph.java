package dev.bramante.testing;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Array;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * A random graph in the making: the values so far, and arguments for the inputs and variables that
 * they depend on. Ranges are tracked, so that nothing overflows or leaves an operation's domain.
 */
final class RandomGraph {
  /** Values beyond this are squashed before they go on. */
  static final double LARGE = 200;

  /** No value has more elements. */
  static final int MAX_SIZE = 3000;

  private static final int[] SIZES = {1, 1, 2, 3, 4, 5, 7, 8, 16, 17, 33};
  private static final float[] NUMBERS = {0, 1, -1, 0.5f, 2, -3, 0.125f, 1.7f};

  final Random random;
  final Trace trace = new Trace();
  final Map<Variable, Array> variables = new HashMap<>();
  private final Map<Value, Array> arguments = new HashMap<>();
  private final List<FuzzValue> pool = new ArrayList<>();

  RandomGraph(long seed) {
    random = new Random(seed);
  }

  /** The values so far, oldest first. */
  List<FuzzValue> pool() {
    return pool;
  }

  /** What each input is given. */
  List<Array> arguments() {
    return trace.graph().inputs().stream()
        .map(node ->
            arguments.entrySet().stream()
                .filter(entry -> entry.getKey().node() == node)
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> Array.of(Tensor.scalar(12345))))
        .toList();
  }

  FuzzValue add(FuzzValue value) {
    FuzzValue kept = value;
    if (value.isFloat() && value.bounds().magnitude() > LARGE) {
      kept = new FuzzValue(value.value().tanh(), value.bounds().mapped(-1, 1, 1));
    }
    pool.add(kept);
    return kept;
  }

  /** One of the values that fit; the last few are likelier. */
  Optional<FuzzValue> pick(Predicate<FuzzValue> fits) {
    List<FuzzValue> fitting = pool.stream().filter(fits).toList();
    if (fitting.isEmpty()) {
      return Optional.empty();
    }
    int recent = random.nextInt(3) > 0 ? Math.min(3, fitting.size()) : fitting.size();
    return Optional.of(fitting.get(fitting.size() - 1 - random.nextInt(recent)));
  }

  boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  /** A shape of no more than {@link #MAX_SIZE} elements. */
  Shape shape() {
    int[] dims = new int[random.nextInt(5)];
    int size = 1;
    for (int i = 0; i < dims.length; i++) {
      int dim = SIZES[random.nextInt(SIZES.length)];
      dims[i] = size * dim > MAX_SIZE ? 1 : dim;
      size *= dims[i];
    }
    return Shape.of(dims);
  }

  /** A shape that broadcasts with this one. */
  Shape narrower(Shape shape) {
    int from = chance(3) ? random.nextInt(shape.rank() + 1) : 0;
    return Shape.of(
        IntStream.range(from, shape.rank()).map(i -> chance(3) ? 1 : shape.dim(i)).toArray());
  }

  /** A new input, variable or constant of F32 numbers between −2 and 2. */
  FuzzValue floats(Shape shape) {
    if (chance(4)) {
      float number = NUMBERS[random.nextInt(NUMBERS.length)];
      return new FuzzValue(trace.constant(number).broadcast(shape), Bounds.exact(number, number));
    }
    double[] values = new double[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    return new FuzzValue(leaf(new Array(new Type(DType.F32, shape), values)), Bounds.exact(-2, 2));
  }

  /** A new input, variable or constant of I32 numbers from 0 to below {@code bound}. */
  FuzzValue integers(Shape shape, int bound) {
    double[] values = new double[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound);
    }
    return new FuzzValue(
        leaf(new Array(new Type(DType.I32, shape), values)), Bounds.exact(0, bound - 1));
  }

  private Value leaf(Array array) {
    switch (random.nextInt(4)) {
      case 0 -> {
        return trace.constant(array.toTensor());
      }
      case 1 -> {
        var variable = new Variable("v" + variables.size(), array.type());
        variables.put(variable, array);
        return trace.read(variable);
      }
      default -> {
        Value input = trace.input("x" + arguments.size(), array.type());
        arguments.put(input, array);
        return input;
      }
    }
  }
}
