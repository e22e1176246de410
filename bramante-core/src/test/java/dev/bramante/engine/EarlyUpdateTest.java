package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.plan.Memory;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Variables change as soon as nothing needs what they held, so that gradients don't pile up. */
class EarlyUpdateTest {
  private static final int SIDE = 20;

  private final Trace trace = new Trace();

  private static boolean changes(Step step, Variable variable) {
    return step.outputs().stream()
        .anyMatch(buffer -> buffer.memory() instanceof Memory.Held(var held) && held == variable);
  }

  private static boolean reads(Step step, Variable variable) {
    return step.inputs().stream()
        .anyMatch(buffer -> buffer.memory() instanceof Memory.Held(var held) && held == variable);
  }

  private void descend(Variable variable, Value gradient) {
    var moment = new Variable("moment of " + variable.name(), variable.type());
    Value moved = trace.read(moment).times(0.9f).plus(gradient);
    trace.assign(moment, moved);
    trace.assign(variable, trace.read(variable).minus(moved));
  }

  @Test
  void anUpdateComesRightAfterTheLastReader() {
    var first = new Variable("first", Type.f32(SIDE, SIDE));
    var second = new Variable("second", Type.f32(SIDE, SIDE));
    Value x = trace.input("x", Type.f32(SIDE, SIDE));
    Value h = x.matmul(trace.read(first));
    Value y = h.matmul(trace.read(second));
    Value gradient = y.matmul(trace.read(second), false, true);
    descend(second, h.matmul(y, true, false));
    descend(first, x.matmul(gradient, true, false));
    Plan plan = new Engine().plan(trace.graph(y.sum()));
    List<Step> steps = plan.steps();
    int update = -1;
    int lastRead = -1;
    int lastOfFirst = -1;
    for (int i = 0; i < steps.size(); i++) {
      update = changes(steps.get(i), second) ? i : update;
      lastRead = reads(steps.get(i), second) && !changes(steps.get(i), second) ? i : lastRead;
      lastOfFirst = changes(steps.get(i), first) ? i : lastOfFirst;
    }
    assertTrue(lastRead < update && update < lastOfFirst, plan::toString);
  }

  /** Each reads what the other one changes: both get what the other was. */
  @Test
  void updatesMayReadOneAnother() {
    var one = new Variable("one", Type.f32(3));
    var two = new Variable("two", Type.f32(3));
    trace.assign(one, trace.read(one).plus(trace.read(two)));
    trace.assign(two, trace.read(two).times(trace.read(one)));
    var engine = new Engine();
    engine.variables().write(one, Tensor.of(Shape.of(3), 1f, 2, 3));
    engine.variables().write(two, Tensor.of(Shape.of(3), 5f, 6, 7));
    var executable = engine.compile(trace.graph());
    executable.run();
    assertArrayEquals(new float[] {6, 8, 10}, engine.variables().read(one).floats());
    assertArrayEquals(new float[] {5, 12, 21}, engine.variables().read(two).floats());
  }

  /** What another variable is to hold isn't changed in place before it has been copied. */
  @Test
  void aVariableMayTakeTheOldValueOfAnother() {
    var weight = new Variable("weight", Type.f32(3));
    var old = new Variable("old", Type.f32(3));
    trace.assign(old, trace.read(weight));
    trace.assign(weight, trace.read(weight).times(2f));
    var engine = new Engine();
    engine.variables().write(weight, Tensor.of(Shape.of(3), 1f, 2, 3));
    engine.compile(trace.graph()).run();
    assertArrayEquals(new float[] {1, 2, 3}, engine.variables().read(old).floats());
    assertArrayEquals(new float[] {2, 4, 6}, engine.variables().read(weight).floats());
  }
}
