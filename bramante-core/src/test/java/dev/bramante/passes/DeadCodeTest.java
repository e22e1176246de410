package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeadCodeTest {
  @Test
  void dropsWhatNobodyNeeds() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = x.exp();
    Rewrites.assertText(
        new DeadCode(),
        new Graph(List.of(x.node()), List.of(x.node(), y.node()), List.of(x.node()), List.of()),
        """
        %0 = input() x : F32[2, 3]
        %1 = exp(%0) : F32[2, 3]
        return %0
        """,
        """
        %0 = input() x : F32[2, 3]
        return %0
        """);
  }
}
