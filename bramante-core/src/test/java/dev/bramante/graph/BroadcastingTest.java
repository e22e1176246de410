package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

class BroadcastingTest {
  private static void common(Shape expected, Shape a, Shape b) {
    assertEquals(expected, Broadcasting.common("add", a, b));
    assertEquals(expected, Broadcasting.common("add", b, a));
  }

  @Test
  void alignsAxesFromTheLast() {
    common(Shape.of(2, 3), Shape.of(2, 3), Shape.of(3));
    common(Shape.of(2, 3), Shape.of(2, 3), Shape.of());
    common(Shape.of(4, 2, 3), Shape.of(2, 1), Shape.of(4, 1, 3));
    common(Shape.of(5, 0), Shape.of(5, 1), Shape.of(0));
  }

  @Test
  void refusesDifferentSizes() {
    assertThrows(ShapeException.class, () -> Broadcasting.common("add", Shape.of(2), Shape.of(3)));
    assertThrows(ShapeException.class, () -> Broadcasting.common("add", Shape.of(0), Shape.of(3)));
  }

  @Test
  void worksOutTheOpenSize() {
    assertEquals(Shape.of(4, 6), Broadcasting.complete(Shape.of(2, 3, 4), new int[] {4, -1}));
    assertEquals(Shape.of(24), Broadcasting.complete(Shape.of(2, 3, 4), new int[] {-1}));
    assertThrows(
        ShapeException.class, () -> Broadcasting.complete(Shape.of(0, 3), new int[] {0, -1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> Broadcasting.complete(Shape.of(2, 3), new int[] {-1, -1, 6}));
  }

  @Test
  void valuesMeetInTheCommonShape() {
    var trace = new Trace();
    Value column = trace.input("column", Type.f32(2, 1));
    Value row = trace.input("row", Type.f32(3));
    assertEquals(Type.f32(2, 3), column.plus(row).type());
    assertEquals(
        """
        %0 = input() column : F32[2, 1]
        %1 = input() row : F32[3]
        %2 = broadcast(%0) : F32[2, 3]
        %3 = reshape(%1) : F32[1, 3]
        %4 = broadcast(%3) : F32[2, 3]
        %5 = add(%2, %4) : F32[2, 3]
        return %5
        """,
        trace.graph(column.plus(row)).toString());
  }
}
