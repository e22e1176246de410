package dev.bramante.testing;

import dev.bramante.graph.Functions;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Adds reductions, matrix products, convolutions and pooling to a random graph. */
final class RandomProducts {
  private final RandomGraph graph;

  RandomProducts(RandomGraph graph) {
    this.graph = graph;
  }

  List<Supplier<Optional<FuzzValue>>> all() {
    return List.of(
        this::reduce,
        this::reduce,
        this::mean,
        this::argMax,
        this::softmax,
        this::normalized,
        this::matMul,
        this::linear,
        this::convolution,
        this::pool);
  }

  private int[] axes(Shape shape) {
    int[] axes = IntStream.range(0, shape.rank()).filter(i -> graph.chance(2)).toArray();
    return axes.length > 0 ? axes : new int[] {graph.random.nextInt(shape.rank())};
  }

  private Optional<FuzzValue> ranked() {
    return graph.pick(x -> x.isFloat() && x.shape().rank() > 0);
  }

  private Optional<FuzzValue> reduce() {
    return graph
        .pick(x -> x.isNumber() && x.shape().rank() > 0)
        .flatMap(x -> {
          ReduceKind kind = graph.chance(3) ? ReduceKind.MAX : ReduceKind.SUM;
          int[] axes = axes(x.shape());
          Value y = x.value().reduceKeeping(kind, axes);
          if (kind == ReduceKind.MAX) {
            return Optional.of(new FuzzValue(y, x.bounds()));
          }
          int n = x.shape().size() / y.shape().size();
          Bounds sum = x.bounds().sum(n);
          if (x.isFloat()) {
            return Optional.of(new FuzzValue(graph.chance(2) ? y : x.value().sum(axes), sum));
          }
          return sum.magnitude() > 1e6
              ? Optional.empty()
              : Optional.of(new FuzzValue(y, Bounds.exact(sum.lo(), sum.hi())));
        });
  }

  private Optional<FuzzValue> mean() {
    return ranked()
        .map(x -> {
          Value y = x.value().mean(axes(x.shape()));
          int n = x.shape().size() / y.shape().size();
          Bounds b = x.bounds();
          return new FuzzValue(
              y,
              new Bounds(b.lo(), b.hi(), b.error() + n * Bounds.ROUNDING * b.magnitude())
                  .rounded());
        });
  }

  private Optional<FuzzValue> argMax() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() > 0 && x.bounds().isExact())
        .map(x -> {
          int axis = graph.random.nextInt(x.shape().rank());
          return new FuzzValue(x.value().argMax(axis), Bounds.exact(0, x.shape().dim(axis) - 1));
        });
  }

  private Optional<FuzzValue> softmax() {
    return ranked()
        .map(x -> {
          int axis = graph.random.nextInt(x.shape().rank());
          int n = x.shape().dim(axis);
          // Rounding x − max costs a share of |x|, and adding n exponentials n roundings.
          double error = 4 * x.bounds().rounded().rounded().error() + n * Bounds.ROUNDING;
          double spread = x.bounds().hi() - x.bounds().lo() + Math.log(n);
          return graph.chance(2)
              ? new FuzzValue(Functions.softmax(x.value(), axis), new Bounds(0, 1, error))
              : new FuzzValue(
                  Functions.logSoftmax(x.value(), axis), new Bounds(-spread, 0, error).rounded());
        });
  }

  /** (x − mean) / √(variance + 1), as a layer norm has it. */
  private Optional<FuzzValue> normalized() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() > 0 && x.bounds().magnitude() < 5)
        .map(x -> {
          Value centred = x.value().minus(Functions.meanKeeping(x.value(), -1));
          Value square = centred.times(centred);
          Value scale = Functions.meanKeeping(square, -1).plus(1).unary(UnaryKind.RSQRT);
          int n = x.shape().dim(-1);
          double m = 2 * x.bounds().magnitude();
          double error = 2 * x.bounds().error() + (n + 2) * Bounds.ROUNDING * m;
          // d(c s) = s dc + c ds with s ≤ 1 and |ds| ≤ |dv| / 2 ≤ m dc plus its roundings.
          double scaleError = m * error + (n + 4) * Bounds.ROUNDING * (m * m + 1);
          return new FuzzValue(
              centred.times(scale), new Bounds(-m, m, error + m * scaleError).rounded());
        });
  }

  private Optional<FuzzValue> matMul() {
    return graph
        .pick(x -> x.isFloat() && x.shape().rank() >= 2)
        .flatMap(a -> {
          boolean ta = graph.chance(2);
          boolean tb = graph.chance(2);
          int k = a.shape().dim(ta ? -2 : -1);
          int n = 1 + graph.random.nextInt(20);
          Shape matrix = tb ? Shape.of(n, k) : Shape.of(k, n);
          if ((long) a.shape().size() / k * n > RandomGraph.MAX_SIZE) {
            return Optional.empty();
          }
          int[] dims = a.shape().dims();
          dims[dims.length - 2] = matrix.dim(0);
          dims[dims.length - 1] = matrix.dim(1);
          FuzzValue b = graph.floats(graph.chance(2) ? matrix : Shape.of(dims));
          return Optional.of(
              new FuzzValue(
                  a.value().matmul(b.value(), ta, tb), a.bounds().times(b.bounds()).sum(k)));
        });
  }

  /** A linear layer: product, bias and a function, which an epilogue may become. */
  private Optional<FuzzValue> linear() {
    return matMul()
        .map(y -> {
          FuzzValue bias = graph.floats(Shape.of(y.shape().dim(-1)));
          Value sum = y.value().plus(bias.value());
          Bounds bounds = y.bounds().plus(bias.bounds()).rounded();
          return graph.chance(2)
              ? new FuzzValue(sum.relu(), bounds.or(Bounds.exact(0, 0)))
              : new FuzzValue(sum.tanh(), bounds.mapped(-1, 1, 1));
        });
  }

  private Optional<FuzzValue> image() {
    Optional<FuzzValue> known =
        graph.pick(x ->
            x.isFloat()
                && x.shape().rank() == 4
                && x.shape().dim(1) >= 3
                && x.shape().dim(2) >= 3
                && x.shape().size() <= RandomGraph.MAX_SIZE / 4);
    int c = 1 + graph.random.nextInt(5);
    return known.or(() -> Optional.of(graph.floats(Shape.of(2, 5 + c, 7, c))));
  }

  private Window window() {
    int kernel = 1 + graph.random.nextInt(3);
    int pad = graph.random.nextInt(kernel / 2 + 1);
    return Window.square(kernel, 1 + graph.random.nextInt(3), pad);
  }

  private Optional<FuzzValue> convolution() {
    return image()
        .map(x -> {
          Window window = window();
          int c = x.shape().dim(3);
          int out = 1 + graph.random.nextInt(9);
          Shape shape = Shape.of(window.kernelH(), window.kernelW(), c, out);
          FuzzValue weight = graph.floats(shape);
          FuzzValue bias = graph.floats(Shape.of(out));
          Value y = x.value().conv2d(weight.value(), window, 1);
          Bounds product =
              x.bounds().times(weight.bounds()).sum(window.kernelH() * window.kernelW() * c);
          return graph.chance(2)
              ? new FuzzValue(y, product)
              : new FuzzValue(y.plus(bias.value()), product.plus(bias.bounds()).rounded());
        });
  }

  private Optional<FuzzValue> pool() {
    return image()
        .map(x -> {
          Window window = window();
          return graph.chance(2)
              ? new FuzzValue(x.value().maxPool(window), x.bounds())
              : new FuzzValue(
                  x.value().avgPool(window), x.bounds().or(Bounds.exact(0, 0)).rounded().rounded());
        });
  }
}
