package dev.bramante.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private final Trace trace = new Trace();

  @Test
  void overwritesAnOperandThatDies() {
    Value x = trace.input("x", Type.f32(4, 5));
    assertPlan(
        """
        arena 32 floats, 0 ints
        f[0] F32[4, 5] = exp(f[0] F32[4, 5])
        f[0] F32[4, 5] = tanh(f[0] F32[4, 5])
        return f[0] F32[4, 5]
        """,
        x.exp().tanh());
  }

  @Test
  void keepsAnOperandThatIsReturned() {
    Value x = trace.input("x", Type.f32(16));
    Value y = x.exp();
    assertPlan(
        """
        arena 32 floats, 0 ints
        f[0] F32[16] = exp(f[0] F32[16])
        f[16] F32[16] = tanh(f[0] F32[16])
        return f[0] F32[16], f[16] F32[16]
        """,
        y,
        y.tanh());
  }

  @Test
  void reusesMemoryOfDeadValuesOfOtherSizes() {
    Value x = trace.input("x", Type.f32(32, 4));
    Value w = trace.input("w", Type.f32(4, 16));
    Value y = x.matmul(w).sum(0);
    Plan plan = Planner.plan(trace.graph(y.exp().sum()));
    assertEquals(128 + 64 + 512, plan.sizes().floats(), plan::toString);
  }

  @Test
  void computesPiecesWhereTheirConcatenationLies() {
    Value a = trace.input("a", Type.f32(3, 2)).exp();
    Value b = trace.input("b", Type.f32(5)).tanh();
    assertPlan(
        """
        arena 48 floats, 0 ints
        f[0] F32[3, 2] = exp(f[16] F32[3, 2])
        f[6] F32[5] = tanh(f[32] F32[5])
        return f[0] F32[11]
        """,
        a.reshape(6).concat(0, b));
  }

  @Test
  void copiesPiecesThatMustStayWhereTheyAre() {
    Value x = trace.input("x", Type.f32(4));
    Plan plan = Planner.plan(trace.graph(x.concat(0, x)));
    assertEquals(2, plan.steps().stream().filter(Step.Copy.class::isInstance).count());
  }

  @Test
  void updatesAVariableInPlace() {
    var weight = new Variable("w", Type.f32(8));
    Value w = trace.read(weight);
    Value g = trace.input("g", Type.f32(8));
    Value loss = w.times(g).sum();
    trace.assign(weight, w.minus(g));
    assertPlan(
        """
        arena 48 floats, 0 ints
        f[16] F32[8] = mul(w[0] F32[8], f[0] F32[8])
        f[32] F32[1] = reduce_sum(f[16] F32[8])
        w[0] F32[8] = sub(w[0] F32[8], f[0] F32[8])
        return f[32] F32[]
        """,
        loss);
  }

  @Test
  void copiesAtTheEndWhenTheOldValueIsStillRead() {
    var weight = new Variable("w", Type.f32(8));
    Value w = trace.read(weight);
    Value next = w.plus(trace.input("g", Type.f32(8)));
    trace.assign(weight, next);
    Value after = next.sum().times(w);
    Plan plan = Planner.plan(trace.graph(after));
    assertTrue(plan.steps().getLast() instanceof Step.Copy, plan::toString);
  }

  @Test
  void returnsTheOldValueOfAVariableThatChanges() {
    var weight = new Variable("w", Type.f32(8));
    Value w = trace.read(weight);
    trace.assign(weight, w.exp());
    assertPlan(
        """
        arena 32 floats, 0 ints
        f[0] F32[8] = exp(w[0] F32[8])
        f[16] F32[8] = copy(w[0] F32[8])
        w[0] F32[8] = copy(f[0] F32[8])
        return f[16] F32[8]
        """,
        w);
  }

  @Test
  void variablesMayChangePlaces() {
    var a = new Variable("a", Type.f32(8));
    var b = new Variable("b", Type.f32(8));
    trace.assign(a, trace.read(b));
    trace.assign(b, trace.read(a));
    assertPlan(
        """
        arena 32 floats, 0 ints
        f[0] F32[8] = copy(b[0] F32[8])
        f[16] F32[8] = copy(a[0] F32[8])
        a[0] F32[8] = copy(f[0] F32[8])
        b[0] F32[8] = copy(f[16] F32[8])
        return\s
        """);
  }

  @Test
  void aTransposedReadForbidsTheUpdateInPlace() {
    var weight = new Variable("w", Type.f32(4, 4));
    Value w = trace.read(weight);
    trace.assign(weight, w.transpose(1, 0).plus(w));
    Plan plan = Planner.plan(trace.graph());
    assertEquals("transpose", plan.steps().getFirst().label());
    assertEquals(2, plan.steps().size(), plan::toString);
  }

  @Test
  void whatDependsOnUnchangedVariablesIsComputedOnce() {
    Value w = trace.read(new Variable("w", Type.f32(4)));
    Value x = trace.input("x", Type.f32(4));
    assertPlan(
        """
        arena 16 floats, 0 ints
        once: kept f[0] F32[4] = exp(w[0] F32[4])
        f[0] F32[4] = add(f[0] F32[4], kept f[0] F32[4])
        return f[0] F32[4]
        """,
        x.plus(w.exp()));
  }

  @Test
  void contiguousSlicesAndReshapesAreViews() {
    Value flat = trace.input("flat", Type.f32(24));
    Value part = flat.slice(0, 6, 18).reshape(3, 4).slice(0, 1, 2);
    assertPlan(
        """
        arena 48 floats, 0 ints
        f[32] F32[1, 4] = exp(f[10] F32[1, 4])
        return f[32] F32[1, 4]
        """,
        part.exp());
  }

  private void assertPlan(String expected, Value... outputs) {
    assertEquals(expected, Planner.plan(trace.graph(outputs)).toString());
  }
}
