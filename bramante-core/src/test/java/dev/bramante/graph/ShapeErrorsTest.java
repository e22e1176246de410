package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the errors say, to the letter: operation, shapes, what is wrong, and the layer. */
class ShapeErrorsTest {
  private static final Type MATRIX = Type.f32(8, 3);
  private static final Type IMAGE = Type.f32(2, 6, 6, 4);

  static Stream<Arguments> errors() {
    return Stream.of(elementwise(), products(), windows(), movement()).flatMap(s -> s);
  }

  private static Arguments error(Type type, Function<Value, Value> operation, String message) {
    return arguments(type, operation, message);
  }

  private static Value other(Value x, Type type) {
    return x.trace().input("other", type);
  }

  private static Stream<Arguments> elementwise() {
    return Stream.of(
        error(
            MATRIX,
            x -> x.plus(other(x, Type.f32(8, 2))),
            "add of [8, 3] and [8, 2]: sizes 3 and 2 of axis -1 don't broadcast"),
        error(
            MATRIX,
            x -> x.times(other(x, Type.f32(2, 7, 3))),
            "mul of [8, 3] and [2, 7, 3]: sizes 8 and 7 of axis -2 don't broadcast"),
        error(
            MATRIX,
            x -> x.plus(other(x, Type.i32(8, 3))),
            "add needs two operands of one type, not F32[8, 3] and I32[8, 3]"),
        error(MATRIX, x -> x.binary(BinaryKind.AND, x), "and does not take F32[8, 3]"),
        error(MATRIX, x -> x.unary(UnaryKind.NOT), "not does not take F32[8, 3]"),
        error(Type.i32(4), Value::exp, "exp does not take I32[4]"),
        error(MATRIX, x -> x.where(x, x), "where needs a BOOL condition, not F32[8, 3]"),
        error(
            MATRIX,
            x -> x.cast(DType.BOOL).where(x, x.cast(DType.I32)),
            "where chooses between two of one type, not F32[8, 3] and I32[8, 3]"),
        error(MATRIX, x -> x.broadcast(Shape.of(8, 6)), "cannot broadcast F32[8, 3] to [8, 6]"),
        error(Type.f32(0, 3), x -> x.max(0), "no largest element along axis 0 of F32[0, 3]"),
        error(MATRIX, x -> x.cast(DType.I32).argMax(0), "argmax takes F32, not I32[8, 3]"));
  }

  private static Stream<Arguments> products() {
    return Stream.of(
        error(
            MATRIX,
            x -> x.matmul(other(x, Type.f32(4, 5))),
            "matrix product of F32[8, 3] and F32[4, 5]: inner sizes 3 and 4 differ"),
        error(
            MATRIX,
            x -> x.matmul(other(x, Type.f32(4, 5)), true, true),
            "matrix product of F32[8, 3] transposed and F32[4, 5] transposed: inner sizes 8 and 5"
                + " differ"),
        error(
            MATRIX,
            x -> x.matmul(other(x, Type.i32(3, 5))),
            "a matrix product takes F32, not F32[8, 3] and I32[3, 5]"),
        error(
            Type.f32(3),
            x -> x.matmul(x),
            "a matrix product needs two operands of one rank of at least 2, not F32[3] and F32[3]"),
        error(
            Type.f32(2, 8, 3),
            x -> x.matmul(other(x, Type.f32(5, 3, 4))),
            "a matrix product needs equal leading axes, or ones on the right, not F32[2, 8, 3] and"
                + " F32[5, 3, 4]"));
  }

  private static Stream<Arguments> windows() {
    return Stream.of(
        error(
            MATRIX,
            x -> x.conv2d(other(x, Type.f32(3, 3, 1, 1)), Window.square(3, 1, 0), 1),
            "convolution needs images F32[N, H, W, C], not F32[8, 3]"),
        error(
            IMAGE,
            x -> x.conv2d(other(x, Type.f32(5, 5, 4, 8)), Window.square(3, 1, 0), 1),
            "convolution 3x3 needs a weight [3, 3, C, O], not F32[5, 5, 4, 8]"),
        error(
            IMAGE,
            x -> x.conv2d(other(x, Type.f32(3, 3, 3, 8)), Window.square(3, 1, 0), 1),
            "convolution with weight F32[3, 3, 3, 8] in 1 group(s) takes 3 input channels, but the"
                + " input [2, 6, 6, 4] has 4"),
        error(
            IMAGE,
            x -> x.maxPool(Window.square(7, 1, 0)),
            "max pooling 7x7 does not fit into the input [2, 6, 6, 4]: the result would be empty;"
                + " is the image too small?"),
        error(
            IMAGE,
            x -> x.avgPool(Window.square(2, 2, 2)),
            "average pooling 2x2 stride 2x2 pad 2x2: padding is more than half the window"));
  }

  private static Stream<Arguments> movement() {
    return Stream.of(
        error(
            MATRIX,
            x -> x.reshape(5, 5),
            "cannot reshape F32[8, 3] (24 elements) to [5, 5] (25 elements)"),
        error(MATRIX, x -> x.reshape(7, -1), "cannot reshape [8, 3] to [7, -1]"),
        error(MATRIX, x -> x.transpose(0, 0), "[0, 0] is no permutation of the axes of F32[8, 3]"),
        error(MATRIX, x -> x.slice(1, 2, 4), "slice of [8, 2] at [0, 2] is outside F32[8, 3]"),
        error(MATRIX, x -> x.slice(1, 2, 1), "negative size in shape [8, -1]"),
        error(MATRIX, x -> x.sum(2), "shape [8, 3] has no axis 2"),
        error(
            MATRIX,
            x -> x.concat(0, other(x, Type.f32(8, 4))),
            "cannot concat F32[8, 4] with F32[8, 3] along axis 0"),
        error(MATRIX, x -> x.pad(0, -1, 0, 0), "negative padding of F32[8, 3]"),
        error(MATRIX, x -> x.gather(x), "gather needs integer ids, not F32[8, 3]"),
        error(
            MATRIX,
            x -> x.scatterAdd(other(x, Type.i32(7)), 4),
            "scatter-add: updates F32[8, 3] don't begin with the axes of ids I32[7]"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void saysWhatIsWrong(Type type, Function<Value, Value> operation, String message) {
    Value x = new Trace().input("x", type);
    var refused = assertThrows(ShapeException.class, () -> operation.apply(x));
    assertEquals(message, refused.getMessage());
  }

  @ParameterizedTest
  @MethodSource("errors")
  void namesTheLayer(Type type, Function<Value, Value> operation, String message) {
    Object layer = new Object();
    var paths = new IdentityHashMap<>(Map.of(layer, "stages.2.1.conv2"));
    Value x = new Trace(paths, Mode.EVALUATION).input("x", type);
    var refused = assertThrows(ShapeException.class, () -> operation.apply(x.in(layer)));
    assertEquals(message + " (in layer stages.2.1.conv2)", refused.getMessage());
  }

  @ParameterizedTest
  @MethodSource("operandCounts")
  void refusesAnotherNumberOfOperands(Op op, int operands) {
    var trace = new Trace();
    Value x = trace.input("x", MATRIX);
    List<Value> in = Stream.generate(() -> x).limit(operands).toList();
    assertThrows(IllegalArgumentException.class, () -> trace.add(op, in));
  }

  static Stream<Arguments> operandCounts() {
    return Stream.of(
        arguments(new Op.Unary(UnaryKind.NEG), 2),
        arguments(new Op.Binary(BinaryKind.ADD), 1),
        arguments(new Op.Where(), 2),
        arguments(new Op.Concat(0), 0),
        arguments(new Op.Part(0), 1));
  }
}
