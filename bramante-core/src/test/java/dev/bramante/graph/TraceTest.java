package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TraceTest {
  private final Trace trace = new Trace();
  private final Variable weight = new Variable("weight", Type.f32(2));

  @Test
  void aVariableIsReadOnce() {
    assertSame(trace.read(weight), trace.read(weight));
  }

  @Test
  void aBoundVariableIsNotRead() {
    Value flat = trace.read(new Variable("flat", Type.f32(6)));
    Value slice = flat.slice(0, 2, 4);
    trace.bind(weight, slice);
    assertSame(slice, trace.read(weight));
    assertThrows(IllegalStateException.class, () -> trace.bind(weight, slice));
    var refused =
        assertThrows(ShapeException.class, () -> trace.bind(new Variable("b", Type.f32(3)), slice));
    assertEquals("cannot bind b: F32[3] to a value of type F32[2]", refused.getMessage());
  }

  @Test
  void aGraphHoldsWhatIsNeededAndAllInputs() {
    Value x = trace.input("x", Type.f32(2));
    trace.input("unused", Type.f32());
    x.exp();
    assertEquals(
        """
        %0 = input() x : F32[2]
        %1 = input() unused : F32[]
        %2 = neg(%0) : F32[2]
        return %2
        """,
        trace.graph(x.negate()).toString());
  }

  @Test
  void theLastAssignmentCounts() {
    Value x = trace.read(weight);
    trace.assign(weight, x.exp());
    trace.assign(weight, x.negate());
    assertEquals(
        """
        %0 = read() weight : F32[2]
        %1 = neg(%0) : F32[2]
        weight <- %1
        """,
        trace.graph().toString());
    Value number = x.sum();
    var refused = assertThrows(ShapeException.class, () -> trace.assign(weight, number));
    assertEquals("cannot assign a value of type F32[] to weight: F32[2]", refused.getMessage());
  }

  @Test
  void eachDrawHasAStreamOfItsOwn() {
    assertFalse(trace.isRandom());
    Value a = trace.random(3);
    Value b = trace.random(3);
    assertTrue(trace.isRandom());
    assertEquals(0, ((Op.Random) a.node().op()).stream());
    assertEquals(1, ((Op.Random) b.node().op()).stream());
    assertEquals(List.of("seed", "step"), inputNames());
  }

  private List<String> inputNames() {
    return trace.graph().inputs().stream().map(n -> ((Op.Input) n.op()).name()).toList();
  }

  @Test
  void refusesValuesOfAnotherTrace() {
    Value x = trace.input("x", Type.f32(2));
    Value stranger = new Trace().input("x", Type.f32(2));
    assertThrows(IllegalArgumentException.class, () -> x.plus(stranger));
  }

  @Test
  void deepGraphsDoNotOutgrowTheCallStack() {
    Value x = trace.input("x", Type.f32());
    Value deep = x;
    for (int i = 0; i < 100_000; i++) {
      deep = deep.negate();
    }
    assertEquals(100_001, trace.graph(deep).nodes().size());
  }
}
