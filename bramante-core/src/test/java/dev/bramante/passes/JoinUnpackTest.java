package dev.bramante.passes;

import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

final class JoinUnpackTest {
  @Test
  void joinsWhatReadsCompactWeights() {
    var trace = new Trace();
    var ids = trace.input("ids", Type.i32(3));
    var stored = trace.read(new Variable("w", new Type(DType.I8, Shape.of(5, 4))));
    var scales = trace.read(new Variable("s", Type.f32(5)));
    var table = Functions.unpacked(stored, scales);
    Rewrites.assertText(
        new JoinUnpack(),
        Rewrites.tidy(trace.graph(table.gather(ids).matmul(table, false, true))),
        """
        %0 = input() ids : I32[3]
        %1 = read() w : I8[5, 4]
        %2 = read() s : F32[5]
        %3 = unpack(%1, %2) : F32[5, 4]
        %4 = gather(%3, %0) : F32[3, 4]
        %5 = matmul(%4, %3) transposeB : F32[3, 5]
        return %5
        """,
        """
        %0 = input() ids : I32[3]
        %1 = read() w : I8[5, 4]
        %2 = read() s : F32[5]
        %3 = fused(%1, %2, %0) : F32[3, 4] {
          %0 = input() x0 : I8[5, 4]
          %1 = input() x1 : F32[5]
          %2 = input() x2 : I32[3]
          %3 = unpack(%0, %1) : F32[5, 4]
          %4 = gather(%3, %2) : F32[3, 4]
          return %4
        }
        %4 = fused(%3, %1, %2) : F32[3, 5] {
          %0 = input() x0 : F32[3, 4]
          %1 = input() x1 : I8[5, 4]
          %2 = input() x2 : F32[5]
          %3 = unpack(%1, %2) : F32[5, 4]
          %4 = matmul(%0, %3) transposeB : F32[3, 5]
          return %4
        }
        return %4
        """);
  }
}
