package dev.bramante.testing;

import dev.bramante.graph.Op;
import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Adds operations that move elements to a random graph. */
final class RandomMovement {
  private final RandomGraph graph;

  RandomMovement(RandomGraph graph) {
    this.graph = graph;
  }

  private static FuzzValue with(FuzzValue x, Value value) {
    return new FuzzValue(value, x.bounds());
  }

  private Optional<FuzzValue> any() {
    return graph.pick(x -> true);
  }

  /** A value with at least one axis. */
  private Optional<FuzzValue> ranked() {
    return graph.pick(x -> x.shape().rank() > 0);
  }

  private int axis(FuzzValue x) {
    return graph.random.nextInt(x.shape().rank());
  }

  Optional<FuzzValue> reshape() {
    return any()
        .map(x -> {
          int[] dims =
              switch (graph.random.nextInt(3)) {
                case 0 -> new int[] {x.shape().size()};
                case 1 -> inserted(x.shape().dims(), 1);
                default -> halved(x.shape());
              };
          return with(x, x.value().reshape(dims));
        });
  }

  Optional<FuzzValue> after() {
    return any()
        .flatMap(x ->
            any().map(y -> with(x, x.value().trace().add(new Op.After(), x.value(), y.value()))));
  }

  private int[] inserted(int[] dims, int size) {
    int at = graph.random.nextInt(dims.length + 1);
    return dims.length >= 5
        ? dims
        : IntStream.range(0, dims.length + 1)
            .map(i -> i == at ? size : dims[i < at ? i : i - 1])
            .toArray();
  }

  /** Two axes of nearly the same size. */
  private static int[] halved(Shape shape) {
    int size = shape.size();
    int factor = Math.max(1, (int) Math.sqrt(size));
    while (size % factor != 0) {
      factor--;
    }
    return new int[] {factor, size / factor};
  }

  Optional<FuzzValue> transpose() {
    return ranked()
        .map(x -> {
          var axes = new ArrayList<>(IntStream.range(0, x.shape().rank()).boxed().toList());
          Collections.shuffle(axes, graph.random);
          return with(x, x.value().transpose(axes.stream().mapToInt(Integer::intValue).toArray()));
        });
  }

  Optional<FuzzValue> broadcast() {
    return any()
        .flatMap(x -> {
          int[] dims = x.shape().dims();
          int[] wider = graph.chance(2) ? dims : inserted(dims, 1);
          for (int i = 0; i < wider.length; i++) {
            wider[i] = wider[i] == 1 ? 1 + graph.random.nextInt(5) : wider[i];
          }
          int own = x.shape().rank();
          for (int i = 1; i <= own; i++) {
            int dim = wider[wider.length - i];
            if (x.shape().dim(-i) != 1 && x.shape().dim(-i) != dim) {
              return Optional.empty();
            }
          }
          return Shape.of(wider).size() > RandomGraph.MAX_SIZE
              ? Optional.empty()
              : Optional.of(with(x, x.value().broadcast(Shape.of(wider))));
        });
  }

  Optional<FuzzValue> slice() {
    return ranked()
        .map(x -> {
          var starts = new ArrayList<Integer>();
          int[] dims = x.shape().dims();
          for (int i = 0; i < dims.length; i++) {
            int cut = graph.chance(2) ? graph.random.nextInt(dims[i]) : 0;
            starts.add(graph.random.nextInt(cut + 1));
            dims[i] -= cut;
          }
          return with(x, x.value().trace().add(new Op.Slice(starts, Shape.of(dims)), x.value()));
        });
  }

  Optional<FuzzValue> concat() {
    return ranked()
        .flatMap(x -> {
          int axis = axis(x);
          FuzzValue other =
              graph
                  .pick(y ->
                      y.dtype() == x.dtype()
                          && y.shape().rank() == x.shape().rank()
                          && y.shape().with(axis, 1).equals(x.shape().with(axis, 1)))
                  .orElse(x);
          return x.shape().size() + other.shape().size() > RandomGraph.MAX_SIZE
              ? Optional.empty()
              : Optional.of(
                  new FuzzValue(
                      x.value().concat(axis, other.value()), x.bounds().or(other.bounds())));
        });
  }

  Optional<FuzzValue> pad() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() > 0 && x.shape().size() < 1000)
        .map(x -> {
          float border = graph.chance(2) ? 0 : -1.5f;
          var bounds = x.bounds().or(Bounds.exact(border, border));
          int after = graph.random.nextInt(3);
          return new FuzzValue(
              x.value().pad(axis(x), graph.random.nextInt(3), after, border), bounds);
        });
  }

  Optional<FuzzValue> gather() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() > 0 && x.shape().size() < 500)
        .map(x -> {
          Shape shape = graph.chance(2) ? Shape.of(6) : Shape.of(2, 3);
          FuzzValue ids = graph.integers(shape, x.shape().dim(0));
          return with(x, x.value().gather(ids.value()));
        });
  }

  Optional<FuzzValue> scatterAdd() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() > 0)
        .map(x -> {
          int rows = 1 + graph.random.nextInt(6);
          int n = x.shape().dim(0);
          FuzzValue ids = graph.integers(Shape.of(n), rows);
          return new FuzzValue(
              x.value().scatterAdd(ids.value(), rows), x.bounds().sum(Math.max(1, n)));
        })
        .filter(x -> x.shape().size() <= RandomGraph.MAX_SIZE);
  }

  Optional<FuzzValue> iota() {
    Shape shape = graph.shape();
    if (shape.rank() == 0) {
      return Optional.empty();
    }
    int axis = graph.random.nextInt(shape.rank());
    return Optional.of(
        new FuzzValue(graph.trace.iota(axis, shape.dims()), Bounds.exact(0, shape.dim(axis) - 1)));
  }

  Optional<FuzzValue> random() {
    return Optional.of(new FuzzValue(graph.trace.random(graph.shape().dims()), Bounds.exact(0, 1)));
  }

  Optional<FuzzValue> leaf() {
    return Optional.of(
        graph.chance(4) ? graph.integers(graph.shape(), 7) : graph.floats(graph.shape()));
  }

  /** Slices that tile a value, put together again with one of them changed. */
  Optional<FuzzValue> recombined() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() > 0 && x.shape().dim(-1) > 1)
        .map(x -> {
          int n = x.shape().dim(-1);
          int cut = 1 + graph.random.nextInt(n - 1);
          Value left = x.value().slice(-1, 0, cut);
          Value right = x.value().slice(-1, cut, n).negate();
          return new FuzzValue(left.concat(-1, right), x.bounds().or(x.bounds().negated()));
        });
  }

  List<Supplier<Optional<FuzzValue>>> all() {
    return List.of(
        this::reshape,
        this::after,
        this::transpose,
        this::broadcast,
        this::slice,
        this::concat,
        this::pad,
        this::gather,
        this::scatterAdd,
        this::iota,
        this::random,
        this::leaf,
        this::recombined);
  }
}
