package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import org.junit.jupiter.api.Test;

final class AddRowsTest {
  private final Trace trace = new Trace();

  @Test
  void addsTheRowsOfTiedEmbeddingsToTheProduct() {
    var a = trace.input("a", Type.f32(5, 4));
    var b = trace.input("b", Type.f32(4, 3));
    var ids = trace.input("ids", Type.i32(2));
    var rows = trace.input("rows", Type.f32(2, 3));
    var scattered = rows.scatterAdd(ids, 5);
    Rewrites.assertText(
        new AddRows(),
        trace.graph(a.matmul(b).plus(scattered)),
        """
        %0 = input() a : F32[5, 4]
        %1 = input() b : F32[4, 3]
        %2 = input() ids : I32[2]
        %3 = input() rows : F32[2, 3]
        %4 = matmul(%0, %1) : F32[5, 3]
        %5 = scatter_add(%2, %3) : F32[5, 3]
        %6 = add(%4, %5) : F32[5, 3]
        return %6
        """,
        """
        %0 = input() a : F32[5, 4]
        %1 = input() b : F32[4, 3]
        %2 = input() ids : I32[2]
        %3 = input() rows : F32[2, 3]
        %4 = matmul(%0, %1) : F32[5, 3]
        %5 = fused(%4, %2, %3) : F32[5, 3] {
          %0 = input() x0 : F32[5, 3]
          %1 = input() x1 : I32[2]
          %2 = input() x2 : F32[2, 3]
          %3 = scatter_add(%1, %2) : F32[5, 3]
          %4 = add(%0, %3) : F32[5, 3]
          return %4
        }
        return %5
        """);
  }

  @Test
  void leavesAloneWhatOthersReadToo() {
    var a = trace.input("a", Type.f32(5, 4));
    var b = trace.input("b", Type.f32(4, 3));
    var ids = trace.input("ids", Type.i32(2));
    var rows = trace.input("rows", Type.f32(2, 3));
    var product = a.matmul(b);
    String text =
        """
        %0 = input() a : F32[5, 4]
        %1 = input() b : F32[4, 3]
        %2 = input() ids : I32[2]
        %3 = input() rows : F32[2, 3]
        %4 = matmul(%0, %1) : F32[5, 3]
        %5 = scatter_add(%2, %3) : F32[5, 3]
        %6 = add(%4, %5) : F32[5, 3]
        return %6, %4
        """;
    var sum = product.plus(rows.scatterAdd(ids, 5));
    Rewrites.assertText(new AddRows(), trace.graph(sum, product), text, text);
  }
}
