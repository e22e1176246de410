package dev.bramante.autodiff;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.graph.CustomOp;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Operations from outside: a product whose second operand has no gradient. */
class CustomGradientTest {
  private final Trace trace = new Trace();
  private final Value a = trace.input("a", Type.f32(3));
  private final Value b = trace.input("b", Type.f32(3));

  private record Product(List<Optional<Value>> wrong) implements CustomOp {
    @Override
    public String name() {
      return "product";
    }

    @Override
    public Type infer(List<Type> operands) {
      return operands.getFirst();
    }

    @Override
    public void evaluate(List<Tensor> operands, Tensor result) {
      for (int i = 0; i < result.floats().length; i++) {
        result.floats()[i] = operands.get(0).floats()[i] * operands.get(1).floats()[i];
      }
    }

    @Override
    public List<Optional<Value>> gradient(List<Value> operands, Value result, Value gradient) {
      return wrong.isEmpty()
          ? List.of(Optional.of(gradient.times(operands.get(1))), Optional.empty())
          : wrong;
    }
  }

  private List<Value> gradients(List<Optional<Value>> wrong) {
    Value y = trace.add(new Op.Custom(new Product(wrong)), a, b);
    return Gradients.of(y.times(y).sum(), List.of(a, b));
  }

  @Test
  void usesItsOwnRule() {
    Reference.Result result =
        Reference.run(
            trace.graph(gradients(List.of()).toArray(Value[]::new)),
            Tensor.of(Shape.of(3), 1f, 2f, 3f),
            Tensor.of(Shape.of(3), 4f, 5f, 6f));
    assertArrayEquals(new double[] {32, 100, 216}, result.output(0).values());
    assertArrayEquals(new double[] {0, 0, 0}, result.output(1).values());
  }

  @Test
  void refusesRulesThatDoNotFit() {
    var number = assertThrows(GradientException.class, () -> gradients(List.of(Optional.of(a))));
    assertEquals(
        "the gradient of product is not defined: its rule gives 1 for 2 operands",
        number.getMessage());
    var type =
        assertThrows(
            GradientException.class,
            () -> gradients(List.of(Optional.of(a.sum()), Optional.empty())));
    assertEquals(
        "the gradient of product is not defined: its rule gives F32[] for an operand F32[3]",
        type.getMessage());
  }
}
