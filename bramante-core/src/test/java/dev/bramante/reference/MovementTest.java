package dev.bramante.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovementTest {
  private static final Tensor X = Tensor.of(Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f);

  private static void check(Array actual, Shape shape, double... values) {
    assertEquals(shape, actual.shape());
    assertArrayEquals(values, actual.values());
  }

  @Test
  void broadcastRepeats() {
    Tensor column = Tensor.of(Shape.of(2, 1), 1f, 2f);
    check(
        Evaluation.of(new Op.Broadcast(Shape.of(2, 3)), column), Shape.of(2, 3), 1, 1, 1, 2, 2, 2);
    Tensor row = Tensor.of(Shape.of(1, 2), 1f, 2f);
    check(Evaluation.of(new Op.Broadcast(Shape.of(3, 2)), row), Shape.of(3, 2), 1, 2, 1, 2, 1, 2);
  }

  @Test
  void reshapeKeepsTheOrder() {
    check(Evaluation.of(new Op.Reshape(Shape.of(3, 2)), X), Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
  }

  @Test
  void transposePermutesAxes() {
    check(Evaluation.of(new Op.Transpose(List.of(1, 0)), X), Shape.of(3, 2), 1, 4, 2, 5, 3, 6);
    Tensor cube = Tensor.of(Shape.of(2, 1, 3), X.floats());
    check(
        Evaluation.of(new Op.Transpose(List.of(2, 0, 1)), cube),
        Shape.of(3, 2, 1),
        1,
        4,
        2,
        5,
        3,
        6);
  }

  @Test
  void sliceCutsABox() {
    check(
        Evaluation.of(new Op.Slice(List.of(0, 1), Shape.of(2, 2)), X), Shape.of(2, 2), 2, 3, 5, 6);
  }

  @Test
  void concatJoinsAlongAnAxis() {
    Tensor more = Tensor.of(Shape.of(2, 1), 7f, 8f);
    check(Evaluation.of(new Op.Concat(1), X, more), Shape.of(2, 4), 1, 2, 3, 7, 4, 5, 6, 8);
    check(Evaluation.of(new Op.Concat(0), more, more, more), Shape.of(6, 1), 7, 8, 7, 8, 7, 8);
  }

  @Test
  void padSurrounds() {
    Tensor x = Tensor.of(Shape.of(1, 2), 1f, 2f);
    check(
        Evaluation.of(new Op.Pad(List.of(1, 0), List.of(0, 1), 9), x),
        Shape.of(2, 3),
        9,
        9,
        9,
        1,
        2,
        9);
  }

  @Test
  void gatherPicksRowsAndScatterAddAddsThem() {
    Tensor table = Tensor.of(Shape.of(3, 2), 1f, 2f, 3f, 4f, 5f, 6f);
    Tensor ids = Tensor.of(Shape.of(2, 2), 2, 0, 2, 1);
    check(Evaluation.of(new Op.Gather(), table, ids), Shape.of(2, 2, 2), 5, 6, 1, 2, 5, 6, 3, 4);
    Tensor updates = Tensor.of(Shape.of(2, 2), 1f, 10f, 100f, 1000f);
    check(Evaluation.of(new Op.ScatterAdd(4), ids, updates), Shape.of(4), 10, 1000, 101, 0);
  }

  @Test
  void idsOutsideTheTableAreRefused() {
    Tensor ids = Tensor.of(Shape.of(1), -1);
    var refused =
        assertThrows(IllegalArgumentException.class, () -> Evaluation.of(new Op.Gather(), X, ids));
    assertEquals("id -1 is outside a table of 2 rows", refused.getMessage());
  }

  @Test
  void emptyTensorsMove() {
    Tensor none = Tensor.of(Shape.of(0, 3), new float[0]);
    check(Evaluation.of(new Op.Transpose(List.of(1, 0)), none), Shape.of(3, 0));
    check(Evaluation.of(new Op.Concat(0), none, X), Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
  }
}
