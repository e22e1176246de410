package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

final class AttentionShapesTest {
  private final Trace trace = new Trace();

  private Value f32(int... dims) {
    return trace.input("x", Type.f32(dims));
  }

  @Test
  void givesARowOfValuesToEachQuery() {
    Value y =
        Functions.attention(f32(2, 3, 8), f32(2, 5, 8), f32(2, 5, 6), 2, AttentionOptions.ALL);
    assertEquals(Shape.of(2, 3, 6), y.shape());
  }

  private static void assertRefused(String message, Value q, Value k, Value v) {
    assertRefused(message, q, k, v, AttentionOptions.ALL);
  }

  private static void assertRefused(
      String message, Value q, Value k, Value v, AttentionOptions options) {
    var refused =
        assertThrows(ShapeException.class, () -> Functions.attention(q, k, v, 2, options));
    assertEquals(message, refused.getMessage());
  }

  @Test
  void refusesOtherRanks() {
    assertRefused(
        "attention takes queries, keys and values F32[B, T, heads · D], not F32[2, 3, 8],"
            + " F32[5, 8] and F32[2, 5, 8]",
        f32(2, 3, 8),
        f32(5, 8),
        f32(2, 5, 8));
  }

  @Test
  void refusesWidthsThatHeadsDoNotDivide() {
    assertRefused(
        "2 heads don't divide the last axes of queries F32[2, 3, 7] and values F32[2, 5, 8]",
        f32(2, 3, 7),
        f32(2, 5, 7),
        f32(2, 5, 8));
  }

  @Test
  void refusesKeysThatDoNotFit() {
    assertRefused(
        "queries F32[2, 3, 8] and keys F32[2, 5, 6] need as many sequences, of rows of one length",
        f32(2, 3, 8),
        f32(2, 5, 6),
        f32(2, 5, 8));
    assertRefused(
        "keys F32[2, 5, 8] and values F32[2, 4, 8] need as many rows",
        f32(2, 3, 8),
        f32(2, 5, 8),
        f32(2, 4, 8));
  }

  @Test
  void refusesMasksAndLengthsThatDoNotFit() {
    assertRefused(
        "the mask of attention has to be F32 or BOOL of [2, 2, 3, 5], with 1 where it is the same"
            + " along one of the first three axes, not F32[3, 1]",
        f32(2, 3, 8),
        f32(2, 5, 8),
        f32(2, 5, 8),
        AttentionOptions.ALL.masked(f32(3, 1)));
    assertRefused(
        "the lengths of attention must be I32[1] or I32[2], not I32[3]",
        f32(2, 3, 8),
        f32(2, 5, 8),
        f32(2, 5, 8),
        AttentionOptions.ALL.lengths(trace.input("lengths", Type.i32(3))));
  }

  @Test
  void refusesScalesThatAreNotAboveZero() {
    assertRefused(
        "the scale of attention has to be above 0, not -1.0",
        f32(2, 3, 8),
        f32(2, 5, 8),
        f32(2, 5, 8),
        AttentionOptions.ALL.scaled(-1));
  }

  @Test
  void refusesRowsThatDoNotFitTheirTable() {
    Value first = trace.input("first", Type.i32(1));
    var refused =
        assertThrows(ShapeException.class, () -> f32(2, 5, 8).replaceRows(f32(2, 6, 8), first));
    assertEquals(
        "rows F32[2, 6, 8] cannot replace some of the second axis of F32[2, 5, 8]",
        refused.getMessage());
  }
}
