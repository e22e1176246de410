package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmable;
import dev.bramante.cpu.warmup.Warmup;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/** {@link ThinRows} of each vector width. */
final class ThinWidth {
  private static final ConcurrentHashMap<Integer, ThinRows> ROWS = new ConcurrentHashMap<>();
  private static final int VECTORS = 64;

  private ThinWidth() {}

  /** The rows of a vector width of 16, 8 or 4 lanes. */
  static ThinRows of(int lanes) {
    return ROWS.computeIfAbsent(lanes, ThinWidth::made);
  }

  private static ThinRows made(int lanes) {
    var rows = (ThinRows) WidthTemplate.load(ThinRowsTemplate.class, lanes);
    trials(rows, lanes).forEach(trial -> Warmup.add(() -> trial));
    return rows;
  }

  private static List<Warmable> trials(ThinRows rows, int lanes) {
    int block = CompactForm.BLOCK;
    var w = new float[VECTORS * lanes];
    var c = new int[VECTORS * block];
    var x = new float[16 * VECTORS * block];
    var y = new float[4 * lanes];
    return List.of(
        trial("floats", lanes, 4, n -> rows.floats(w, 0, 1, n, x, 0, y, 0)),
        trial("4 of floats", lanes, 10, n -> rows.fourOfFloats(w, 0, 1, n, x, 0, y, 0)),
        trial("halves", lanes, 20, n -> rows.halves(c, 0, 1, n / lanes * block, x, 0, y, 0)),
        trial(
            "4 of halves",
            lanes,
            40,
            n -> rows.fourOfHalves(c, 0, 1, n / lanes * block, x, 0, y, 0)),
        trial("bytes", lanes, 50, n -> rows.bytes(c, 0, 1, n / lanes * block, x, 0, y, 0)),
        trial(
            "4 of bytes",
            lanes,
            120,
            n -> rows.fourOfBytes(c, 0, 1, n / lanes * block, x, 0, y, 0)));
  }

  private static Warmable trial(String name, int lanes, int work, IntConsumer call) {
    return new WidthTemplate.Trial("thin product, " + name, lanes, work, call);
  }
}
