package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmable;
import dev.bramante.cpu.warmup.Warmup;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/** {@link ThinRows} of each vector width. */
final class ThinWidth {
  private static final ConcurrentHashMap<Integer, ThinRows> ROWS = new ConcurrentHashMap<>();
  private static final Set<Use> WARM = ConcurrentHashMap.newKeySet();
  private static final int VECTORS = 64;

  private record Use(int lanes, ThinProduct.Form form) {}

  private ThinWidth() {}

  /** The rows of a vector width of 16, 8 or 4 lanes, warm for weights of a form. */
  static ThinRows of(int lanes, ThinProduct.Form form) {
    ThinRows rows =
        ROWS.computeIfAbsent(
            lanes, width -> (ThinRows) WidthTemplate.load(ThinRowsTemplate.class, width));
    if (WARM.add(new Use(lanes, form))) {
      trials(rows, lanes, form).forEach(trial -> Warmup.add(() -> trial));
    }
    return rows;
  }

  private static List<Warmable> trials(ThinRows rows, int lanes, ThinProduct.Form form) {
    int block = CompactForm.BLOCK;
    var w = new float[VECTORS * lanes];
    var c = new int[VECTORS * block];
    var x = new float[16 * VECTORS * block];
    var y = new float[4 * lanes];
    IntUnaryOperator length = n -> n / lanes * block;
    return switch (form) {
      case F32 ->
          List.of(
              trial("floats", lanes, 4, n -> rows.floats(w, 0, 1, n, x, 0, y, 0)),
              trial("4 of floats", lanes, 10, n -> rows.fourOfFloats(w, 0, 1, n, x, 0, y, 0)));
      case BF16 ->
          List.of(
              trial(
                  "halves", lanes, 20, n -> rows.halves(c, 0, 1, length.applyAsInt(n), x, 0, y, 0)),
              trial(
                  "4 of halves",
                  lanes,
                  40,
                  n -> rows.fourOfHalves(c, 0, 1, length.applyAsInt(n), x, 0, y, 0)));
      case I8 ->
          List.of(
              trial("bytes", lanes, 50, n -> rows.bytes(c, 0, 1, length.applyAsInt(n), x, 0, y, 0)),
              trial(
                  "4 of bytes",
                  lanes,
                  120,
                  n -> rows.fourOfBytes(c, 0, 1, length.applyAsInt(n), x, 0, y, 0)));
    };
  }

  private static Warmable trial(String name, int lanes, int work, IntConsumer call) {
    return new WidthTemplate.Trial("thin product, " + name, lanes, work, call);
  }
}
