package dev.bramante.passes.fusion;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Graph;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.passes.Rewrites;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Graphs in which everything could be fused with everything, were it not for what lies between. */
final class EntangledTest {
  @Test
  void kernelsOfOneDomainCloseNoCycle() {
    for (int seed = 0; seed < 400; seed++) {
      Rewrites.checked(new Fusion()::apply, entangled(seed));
    }
  }

  private static Graph entangled(long seed) {
    var random = new Random(seed);
    var trace = new Trace();
    var values = new ArrayList<>(List.of(trace.input("x", Type.f32(4, 4))));
    for (int i = 0; i < 40; i++) {
      Value a = values.get(random.nextInt(values.size()));
      Value b = values.get(Math.max(0, values.size() - 1 - random.nextInt(8)));
      values.add(
          switch (random.nextInt(6)) {
            case 0 -> a.transpose(1, 0);
            case 1 -> a.minus(b.reduceKeeping(ReduceKind.MAX, 1));
            case 2 -> a.matmul(b).tanh();
            case 3 -> a.times(b).tanh();
            default -> a.binary(BinaryKind.MAX, b);
          });
    }
    return trace.graph(values.getLast(), values.get(values.size() / 2));
  }
}
