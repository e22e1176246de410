package dev.bramante.cpu.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.cpu.warmup.Warmable;
import dev.bramante.cpu.warmup.Warmup;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelWarmupTest {

  @Test
  void aProductMakesAllItsKernelsBeforeItRuns() {
    Warmup.takeCold();
    int m = 12 + 8 + 4 + 2 + 1;
    int n = 32 + 16 + 5;
    try (var pool = new WorkerPool(1)) {
      var product = new MatMul(GemmSpec.of(m, n, 3), 16, pool);
      Warmup.run();
      product.run(new float[m * 3], 0, new float[n * 3 + 16], 0, new float[m * n], 0);
      assertEquals(List.of(), cold());
      new ConvForward(ConvSpec.of(1, 9, 9, 3, 3, 3, n), ConvEnding.PLAIN, 16, pool);
      assertEquals(List.of(), cold());
    }
  }

  @Test
  void kernelsAreSharedUntilOneIsMadeAgain() {
    var set = KernelSet.of(16);
    var spec = new KernelSpec(16, 4, 1);
    var first = set.kernel(4, 1);
    assertSame(first, set.kernel(4, 1));
    assertSame(first, KernelSet.of(16).kernel(4, 1));
    var again = KernelSet.remake(spec);
    assertNotSame(first, again);
    assertSame(again, set.kernel(4, 1));
  }

  @Test
  void warmKernelsComputeWhatColdOnesDo() {
    for (int lanes : new int[] {16, 8, 4}) {
      var set = KernelSet.of(lanes);
      int rows = set.maxRows();
      var layout = TileLayout.even(rows, 5, 1, 2 * lanes);
      var a = new float[rows * 5];
      var b = new float[2 * lanes * 5];
      for (int i = 0; i < b.length; i++) {
        b[i] = i * 0.25f - 3;
      }
      for (int i = 0; i < a.length; i++) {
        a[i] = 7 - i * 0.5f;
      }
      var cold = new float[rows * 2 * lanes];
      var warm = new float[rows * 2 * lanes];
      KernelEmitter.emit(new KernelSpec(lanes, rows, 2))
          .run(layout, 0, 1, 5, a, 0, b, 0, Tiles.ZEROS, 0, 0, cold, 0, 2 * lanes);
      var kernel = set.kernel(rows, 2);
      Warmup.run();
      kernel.run(layout, 0, 1, 5, a, 0, b, 0, Tiles.ZEROS, 0, 0, warm, 0, 2 * lanes);
      assertArrayEquals(cold, warm);
    }
  }

  @Test
  void ratesNameEveryKernel() {
    var rates = KernelRates.measure(4);
    assertTrue(rates.stream().allMatch(rate -> rate.gflops() > 0 && rate.floor() <= 1));
    assertTrue(rates.stream().anyMatch(rate -> rate.name().equals("8×2")));
  }

  private static List<String> cold() {
    return Warmup.takeCold().stream().map(Warmable::name).toList();
  }
}
