package dev.bramante.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.backend.Executable;
import dev.bramante.backend.Footprint;
import dev.bramante.backend.VariableSource;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is counted of variables that have sources. */
class SuppliedMemoryTest {
  private static final VariableSource ZEROS = (to, at) -> {};
  private static final int WIDTH = 1000;
  private static final long WEIGHT = 4L * WIDTH * WIDTH;
  private static final long SLACK = 4096;

  private final Variable weight = new Variable("weight", Type.f32(WIDTH, WIDTH));
  private final Variable bias = new Variable("bias", Type.f32(WIDTH));
  private final Engine engine = new Engine();

  private Graph graph(int rows) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(rows, WIDTH));
    return trace.graph(x.matmul(trace.read(weight)).plus(trace.read(bias)).tanh());
  }

  /** As {@link #graph}, but the weight is read in each run as well. */
  private Graph reading() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(100, WIDTH));
    Value product = x.matmul(trace.read(weight));
    return trace.graph(product, trace.read(weight).slice(0, 0, 100).plus(x));
  }

  @Test
  void whatIsOnlyPackedPassesThroughMemoryOfItsOwnWhereTheArenaIsSmall() {
    engine.variables().supply(weight, ZEROS);
    Footprint few = engine.footprint(graph(100));
    assertEquals(WEIGHT, few.staging(), SLACK);
    assertEquals(4L * WIDTH, few.variables());
    Footprint many = engine.footprint(graph(3000));
    assertEquals(0, many.staging());
    assertEquals(4L * WIDTH, many.variables());
  }

  @Test
  void whatEachRunReadsStays() {
    engine.variables().supply(weight, ZEROS);
    Footprint needs = engine.footprint(reading());
    assertEquals(0, needs.staging());
    assertEquals(WEIGHT, needs.variables());
  }

  @Test
  void anExecutableKnowsWhatWasSuppliedAfterItWasMade() {
    Executable executable = engine.compile(graph(100));
    assertEquals(WEIGHT + 4L * WIDTH, executable.footprint().variables());
    engine.variables().supply(weight, ZEROS);
    assertEquals(4L * WIDTH, executable.footprint().variables());
    assertEquals(WEIGHT, executable.footprint().staging(), SLACK);
  }

  @Test
  void aPromiseEndsWhereASourceComes() {
    var variables = new CpuVariables();
    variables.promise(List.of(bias));
    variables.promiseUnlessSupplied(List.of(weight));
    assertTrue(variables.missing(List.of()) >= WEIGHT + 4L * WIDTH);
    variables.supply(weight, ZEROS);
    variables.supply(bias, ZEROS);
    assertEquals(CpuVariables.bytes(bias), variables.missing(List.of()));
    assertTrue(variables.missing(List.of(weight)) >= WEIGHT);
  }
}
