package dev.bramante.autodiff;

import dev.bramante.autodiff.GradientCheck.Operand;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the gradients of composed functions against differences. */
class FunctionGradientsTest {
  private static void check(UnaryOperator<Value> function, int... dims) {
    GradientCheck.check(
        List.of(new Operand(Type.f32(dims), Domain.ANY)), in -> function.apply(in.get(0)), true);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1})
  void softmax(int axis) {
    check(x -> Functions.softmax(x, axis), 3, 4, 5);
    check(x -> Functions.logSoftmax(x, axis), 3, 4, 5);
  }

  @ParameterizedTest
  @CsvSource({"0, -100", "0.1, -100", "0, 1", "0.3, 2"})
  void crossEntropy(float smoothing, int ignored) {
    GradientCheck.check(
        List.of(new Operand(Type.f32(7, 3), Domain.ANY), new Operand(Type.i32(7), Domain.INDEX)),
        in -> Functions.crossEntropy(in.get(0), in.get(1), smoothing, ignored),
        true);
  }

  @Test
  void gelu() {
    check(Functions::gelu, 3, 5);
    check(Functions::geluTanh, 3, 5);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void variance(int correction) {
    check(x -> Functions.variance(x, correction, 0, 2), 3, 4, 5);
  }

  @Test
  void dropout() {
    check(x -> Functions.dropout(x.times(x), 0.4f), 5, 7);
  }

  @Test
  void meanSquaredError() {
    GradientCheck.check(
        List.of(new Operand(Type.f32(4, 3), Domain.ANY), new Operand(Type.f32(4, 3), Domain.ANY)),
        in -> Functions.meanSquaredError(in.get(0), in.get(1)),
        true);
  }
}
