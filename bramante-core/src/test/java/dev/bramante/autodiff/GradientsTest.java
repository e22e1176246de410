package dev.bramante.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What gradients are at kinks, through integers and leaves, and what graphs they make. */
class GradientsTest {
  private final Trace trace = new Trace();

  /** The gradient of the sum of a function of one vector. */
  private static double[] slopes(UnaryOperator<Value> function, float... at) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(at.length));
    Value gradient = gradient(function.apply(x).sum(), x);
    return Reference.run(trace.graph(gradient), Tensor.of(Shape.of(at.length), at))
        .output(0)
        .values();
  }

  private static Value gradient(Value loss, Value wrt) {
    return Gradients.of(loss, List.of(wrt)).getFirst();
  }

  @Test
  void theDerivativeOfReluAndAbsIsZeroAtZero() {
    assertArrayEquals(new double[] {0, 0, 1}, slopes(Value::relu, -2, 0, 3));
    assertArrayEquals(new double[] {-1, 0, 1}, slopes(x -> x.unary(UnaryKind.ABS), -2, 0, 3));
  }

  @Test
  void equalOperandsOfMaxAndMinGetHalfEach() {
    assertArrayEquals(new double[] {0, 0.5, 1}, slopes(x -> x.max(x.like(2)), 1, 2, 3));
    assertArrayEquals(new double[] {1, 0.5, 0}, slopes(x -> x.min(x.like(2)), 1, 2, 3));
  }

  @Test
  void equalLargestElementsShareEvenly() {
    assertArrayEquals(new double[] {0.5, 0, 0.5}, slopes(x -> x.max(), 4, 1, 4));
  }

  @Test
  void theFirstLargestPixelOfAWindowGetsAll() {
    assertArrayEquals(
        new double[] {0, 1, 0, 0},
        slopes(x -> x.reshape(1, 2, 2, 1).maxPool(Window.square(2, 2, 0)), 1, 7, 7, 7));
  }

  @Test
  void powersAtZeroHaveFiniteGradients() {
    Value a = trace.input("a", Type.f32(3));
    Value b = trace.input("b", Type.f32(3));
    List<Value> gradients = Gradients.of(a.pow(b).sum(), List.of(a, b));
    Reference.Result result =
        Reference.run(
            trace.graph(gradients.toArray(Value[]::new)),
            Tensor.of(Shape.of(3), 0f, 0f, 5f),
            Tensor.of(Shape.of(3), 0f, 2f, 0f));
    assertArrayEquals(new double[] {0, 0, 0}, result.output(0).values());
    assertArrayEquals(new double[] {0, 0, Math.log(5)}, result.output(1).values(), 1e-15);
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryKind.class,
      names = {"EQ", "NE", "LT", "LE", "GT", "GE"})
  void comparisonsPassNoGradient(BinaryKind kind) {
    assertArrayEquals(
        new double[] {0, 0, 0}, slopes(x -> x.binary(kind, 2).cast(DType.F32), 1, 2, 3));
  }

  @ParameterizedTest
  @EnumSource(
      value = BinaryKind.class,
      names = {"AND", "OR"})
  void logicPassesNoGradient(BinaryKind kind) {
    assertArrayEquals(
        new double[] {1, 1},
        slopes(
            x -> {
              Value bool = x.cast(DType.BOOL);
              Value either = bool.unary(UnaryKind.NOT).binary(kind, bool);
              return either.cast(DType.F32).plus(x);
            },
            1,
            2));
  }

  @Test
  void integersPassNoGradient() {
    assertArrayEquals(
        new double[] {0, 0}, slopes(x -> x.cast(DType.I32).cast(DType.F32), 1.5f, 2.5f));
    assertArrayEquals(new double[] {0, 0}, slopes(x -> x.argMax(0).cast(DType.F32), 1, 2));
    Value i = trace.input("i", Type.i32(2));
    Value none = gradient(i.cast(DType.F32).sum(), i);
    assertEquals(Type.i32(2), none.type());
  }

  @Test
  void leavesPassNoGradientOnButHaveOne() {
    Variable variable = new Variable("w", Type.f32(2));
    Value read = trace.read(variable);
    Value constant = trace.constant(Tensor.of(Shape.of(2), 3f, 4f));
    Value iota = trace.iota(0, 2).cast(DType.F32);
    Value random = trace.random(2);
    Value loss = read.times(constant).plus(iota).plus(random).sum();
    List<Value> gradients = Gradients.of(loss, List.of(read, constant, random, iota));
    Reference.Result result =
        Reference.run(
            trace.graph(gradients.toArray(Value[]::new)),
            Map.of(variable, Tensor.of(Shape.of(2), 5f, 6f)),
            Tensor.scalar(0),
            Tensor.scalar(0));
    assertArrayEquals(new double[] {3, 4}, result.output(0).values());
    assertArrayEquals(new double[] {5, 6}, result.output(1).values());
    assertArrayEquals(new double[] {1, 1}, result.output(2).values());
    assertArrayEquals(new double[] {1, 1}, result.output(3).values());
  }

  @Test
  void aDetachedValueIsAConstant() {
    assertArrayEquals(new double[] {3, 5}, slopes(x -> x.detached().times(x), 3, 5));
    Value x = trace.input("x", Type.f32(2));
    Value detached = x.detached();
    Value gradient = gradient(detached.times(detached).sum(), detached);
    assertArrayEquals(
        new double[] {4, 6},
        Reference.run(trace.graph(gradient), Tensor.of(Shape.of(2), 2f, 3f)).output(0).values());
  }

  @Test
  void whatTheLossDoesNotDependOnGetsZeros() {
    Value x = trace.input("x", Type.f32(2, 3));
    Value other = trace.input("other", Type.f32());
    Value gradient = gradient(other, x);
    assertEquals(x.type(), gradient.type());
    assertEquals("%0 = input() x : F32[2, 3]\n%1 = input() other : F32[]\n", head(gradient, 2));
  }

  @Test
  void theGradientToTheLossItselfIsOne() {
    Value x = trace.input("x", Type.f32());
    assertEquals("%1 = constant() 1.0 : F32[]\nreturn %1\n", tail(gradient(x, x), 1));
  }

  @Test
  void aGradientOfOneIsNotMultipliedBy() {
    Value x = trace.input("x", Type.f32(3));
    Value y = trace.input("y", Type.f32(3));
    assertEquals("return %1\n", tail(gradient(x.times(y).sum(), x), 2));
  }

  @Test
  void slicesThatTileAValueGiveOneConcat() {
    Value x = trace.input("x", Type.f32(2, 6));
    Value a = x.slice(1, 0, 2);
    Value b = x.slice(1, 2, 3);
    Value c = x.slice(1, 3, 6);
    Value loss = c.exp().sum().plus(a.exp().sum()).plus(b.exp().sum());
    assertEquals(
        """
        %1 = slice(%0) at [0, 0] : F32[2, 2]
        %2 = exp(%1) : F32[2, 2]
        %3 = slice(%0) at [0, 2] : F32[2, 1]
        %4 = exp(%3) : F32[2, 1]
        %5 = slice(%0) at [0, 3] : F32[2, 3]
        %6 = exp(%5) : F32[2, 3]
        %7 = concat(%2, %4, %6) axis 1 : F32[2, 6]
        return %7
        """,
        tail(gradient(loss, x), 1));
  }

  @Test
  void slicesWithAGapAreAddedUp() {
    assertArrayEquals(
        new double[] {1, 0, 1}, slopes(x -> x.slice(0, 0, 1).concat(0, x.slice(0, 2, 3)), 5, 6, 7));
    assertArrayEquals(
        new double[] {1, 2, 1}, slopes(x -> x.slice(0, 0, 2).concat(0, x.slice(0, 1, 3)), 5, 6, 7));
  }

  @Test
  void aBoundParameterHasAGradientOfItsOwnAndInTheWhole() {
    Variable flat = new Variable("flat", Type.f32(6));
    Variable weight = new Variable("weight", Type.f32(2, 2));
    Value whole = trace.read(flat);
    trace.bind(weight, whole.slice(0, 2, 6).reshape(2, 2));
    Value w = trace.read(weight);
    List<Value> gradients = Gradients.of(w.times(w).sum(), List.of(w, whole));
    Reference.Result result =
        Reference.run(
            trace.graph(gradients.toArray(Value[]::new)),
            Map.of(flat, Tensor.of(Shape.of(6), 1f, 2f, 3f, 4f, 5f, 6f)));
    assertArrayEquals(new double[] {6, 8, 10, 12}, result.output(0).values());
    assertArrayEquals(new double[] {0, 0, 6, 8, 10, 12}, result.output(1).values());
  }

  @Test
  void theSameTraceGivesTheSameGradientGraph() {
    assertEquals(branched(), branched());
  }

  private static String branched() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(3, 4));
    Value sum = x.times(x).plus(x.exp()).plus(x.tanh().over(x.sigmoid())).plus(x);
    return trace.graph(gradient(sum.sum(), x)).toString();
  }

  @Test
  void backwardNodesCarryThePathOfTheirLayer() {
    Object first = new Object();
    Object second = new Object();
    var paths = new IdentityHashMap<>(Map.of(first, "fc1", second, "fc2"));
    var named = new Trace(paths, Mode.TRAINING);
    Value x = named.input("x", Type.f32(2, 3));
    Value a = named.input("a", Type.f32(3, 4));
    Value b = named.input("b", Type.f32(4, 5));
    Value y = x.in(first).matmul(a).in(second).matmul(b);
    Value loss = y.sum();
    named.enterPath("after");
    Graph graph = named.graph(gradient(loss, a));
    assertEquals("after", named.path());
    List<String> products =
        graph.nodes().stream()
            .filter(node -> node.op() instanceof Op.MatMul)
            .map(node -> node.path())
            .toList();
    assertEquals(List.of("fc2", "fc1"), products);
  }

  @Test
  void refusesALossThatIsNoScalar() {
    Value x = trace.input("x", Type.f32(2));
    var refused = assertThrows(GradientException.class, () -> gradient(x, x));
    assertEquals(
        "a gradient is taken of an F32 scalar, not of F32[2]; reduce it with sum() or mean()",
        refused.getMessage());
    assertThrows(
        GradientException.class,
        () -> gradient(x.reduceKeeping(ReduceKind.MAX).cast(DType.I32), x));
  }

  @Test
  void refusesValuesOfAnotherTrace() {
    Value loss = trace.input("x", Type.f32());
    Value stranger = new Trace().input("x", Type.f32());
    assertThrows(IllegalArgumentException.class, () -> gradient(loss, stranger));
  }

  @Test
  void refusesTheSecondDerivativeOfMaxPoolingWithTheLayer() {
    Object layer = new Object();
    var paths = new IdentityHashMap<>(Map.of(layer, "features.3"));
    var named = new Trace(paths, Mode.TRAINING);
    Value x = named.input("x", Type.f32(1, 4, 4, 1));
    Value y = x.in(layer).times(x).maxPool(Window.square(2, 2, 0));
    Value first = gradient(y.sum(), x);
    var refused = assertThrows(GradientException.class, () -> gradient(first.sum(), x));
    assertEquals(
        "the gradient of max_pool_grad is not defined: it picks elements without naming their"
            + " places; in layer features.3",
        refused.getMessage());
  }

  @Test
  void refusesTheSecondDerivativeOfAttention() {
    Value x = trace.input("x", Type.f32(1, 2, 4));
    Value y = Functions.attention(x, x, x, 2, AttentionOptions.CAUSAL);
    Value first = gradient(y.sum(), x);
    var refused = assertThrows(GradientException.class, () -> gradient(first.sum(), x));
    assertEquals(
        "the gradient of attention_grad is not defined: gradients of gradients need"
            + " Functions.composedAttention",
        refused.getMessage());
  }

  @Test
  void refusesRowsThatFillACache() {
    Value x = trace.input("x", Type.f32(1, 2, 4));
    Value cache = trace.input("cache", Type.f32(1, 5, 4));
    Value y = cache.replaceRows(x, trace.input("first", Type.i32(1)));
    var refused = assertThrows(GradientException.class, () -> gradient(y.sum(), x));
    assertEquals(
        "the gradient of replace_rows is not defined: it fills caches, which are not learned from",
        refused.getMessage());
  }

  @Test
  void refusesFusedKernels() {
    Value x = trace.input("x", Type.f32(2));
    var inner = new Trace();
    Graph body = inner.graph(inner.input("x", Type.f32(2)).exp());
    Value fused = trace.add(new Op.Fused(body), x);
    Value part = trace.add(new Op.Part(0), fused);
    for (Value y : List.of(fused, part)) {
      var refused = assertThrows(GradientException.class, () -> gradient(y.sum(), x));
      assertEquals(
          "the gradient of %s is not defined: gradients are taken before operations are fused"
              .formatted(y == fused ? "fused" : "part"),
          refused.getMessage());
    }
  }

  private String head(Value output, int lines) {
    return lines(output).limit(lines).collect(Collectors.joining());
  }

  private String tail(Value output, int skipped) {
    return lines(output).skip(skipped).collect(Collectors.joining());
  }

  private Stream<String> lines(Value output) {
    return trace.graph(output).toString().lines().map(line -> line + "\n");
  }
}
