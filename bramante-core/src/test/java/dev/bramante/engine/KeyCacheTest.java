package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.plan.Step;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.testing.Agreement;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attention of one position at a time over a cache of keys and values. */
final class KeyCacheTest {
  private static final int BATCH = 2;
  private static final int LENGTH = 9;
  private static final int ROOM = 12;
  private static final int HEADS = 3;
  private static final int ROW = 24;

  private final Variable keys = new Variable("keys", Type.f32(BATCH, ROOM, ROW));
  private final Variable values = new Variable("values", Type.f32(BATCH, ROOM, ROW));

  /** Attention of queries whose keys and values are added to the caches. */
  private Graph decoder(int positions) {
    var trace = new Trace();
    Value q = trace.input("q", Type.f32(BATCH, positions, ROW));
    Value k = trace.input("k", Type.f32(BATCH, positions, ROW));
    Value v = trace.input("v", Type.f32(BATCH, positions, ROW));
    Value past = trace.input("past", Type.i32(BATCH));
    Value allKeys = trace.read(keys).replaceRows(k, past);
    Value allValues = trace.read(values).replaceRows(v, past);
    trace.assign(keys, allKeys);
    trace.assign(values, allValues);
    var options = AttentionOptions.CAUSAL.after(past);
    return trace.graph(Functions.attention(q, allKeys, allValues, HEADS, options));
  }

  private static Graph wholeSequence() {
    var trace = new Trace();
    Value q = trace.input("q", Type.f32(BATCH, LENGTH, ROW));
    Value k = trace.input("k", Type.f32(BATCH, LENGTH, ROW));
    Value v = trace.input("v", Type.f32(BATCH, LENGTH, ROW));
    return trace.graph(Functions.attention(q, k, v, HEADS, AttentionOptions.CAUSAL));
  }

  private static Tensor random(int seed) {
    var random = new Random(seed);
    var numbers = new float[BATCH * LENGTH * ROW];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return Tensor.of(Shape.of(BATCH, LENGTH, ROW), numbers);
  }

  /** Positions of all sequences. */
  private static Tensor positions(Tensor x, int from, int to) {
    int count = to - from;
    var part = new float[BATCH * count * ROW];
    for (int b = 0; b < BATCH; b++) {
      int start = (b * LENGTH + from) * ROW;
      System.arraycopy(x.floats(), start, part, b * count * ROW, count * ROW);
    }
    return Tensor.of(Shape.of(BATCH, count, ROW), part);
  }

  private static Tensor past(int position) {
    return Tensor.of(Shape.of(BATCH), position, position);
  }

  @Test
  void givesWhatTheWholeSequenceGives() {
    Tensor[] qkv = {random(1), random(2), random(3)};
    Tensor expected = Reference.run(wholeSequence(), qkv).output(0).toTensor();
    var engine = new Engine();
    var prompt = engine.compile(decoder(4));
    var token = engine.compile(decoder(1));
    for (int at = 0; at < LENGTH; ) {
      int end = at == 0 ? 4 : at + 1;
      int from = at;
      Tensor[] arguments =
          Arrays.stream(qkv).map(x -> positions(x, from, end)).toArray(Tensor[]::new);
      Tensor y =
          (at == 0 ? prompt : token)
              .run(arguments[0], arguments[1], arguments[2], past(at))
              .getFirst();
      Array wanted = Array.of(positions(expected, at, end));
      Agreement.check("position " + at, wanted, Array.of(y), 1e-5);
      at = end;
    }
  }

  @Test
  void copiesNothingButTheNewRows() {
    var plan = new Engine().plan(decoder(1));
    assertTrue(plan.steps().stream().allMatch(Step.Compute.class::isInstance), plan.toString());
    for (Step step : plan.steps().subList(0, 2)) {
      assertEquals(step.inputs().getFirst(), step.outputs().getFirst(), plan.toString());
    }
  }

  @Test
  void saysWhenTheCacheIsFull() {
    var token = new Engine().compile(decoder(1));
    Tensor row = Tensor.of(Shape.of(BATCH, 1, ROW), new float[BATCH * ROW]);
    var refused =
        assertThrows(IndexOutOfBoundsException.class, () -> token.run(row, row, row, past(ROOM)));
    assertEquals(
        "1 rows from row 12 on don't fit into table 0 of 12 rows; is the cache full?",
        refused.getMessage());
  }
}
