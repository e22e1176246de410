package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmable;
import dev.bramante.cpu.warmup.Warmup;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** {@link AttentionRows} of each vector width. */
final class AttentionWidth {
  private static final ConcurrentHashMap<Integer, AttentionRows> ROWS = new ConcurrentHashMap<>();

  private AttentionWidth() {}

  /** The rows of a vector width of 16, 8 or 4 lanes. */
  static AttentionRows of(int lanes) {
    return ROWS.computeIfAbsent(lanes, AttentionWidth::made);
  }

  private static AttentionRows made(int lanes) {
    var rows = (AttentionRows) WidthTemplate.load(AttentionRowsTemplate.class, lanes);
    trials(rows, lanes).forEach(trial -> Warmup.add(() -> trial));
    return rows;
  }

  private static List<Warmable> trials(AttentionRows rows, int lanes) {
    var s = new float[64 * lanes];
    var d = new float[64 * lanes];
    return List.of(
        new WidthTemplate.Trial("attention max", lanes, 4, n -> rows.max(s, 0, n)),
        new WidthTemplate.Trial("attention exp", lanes, 20, n -> rows.exp(s, 0, n, 1, 0)),
        new WidthTemplate.Trial(
            "attention gradient", lanes, 24, n -> rows.gradient(s, 0, d, 0, n, 1, 0, 0, 1)),
        new WidthTemplate.Trial(
            "attention dropout", lanes, 30, n -> rows.drop(s, 0, n, 1, 0, 1, 1)),
        new WidthTemplate.Trial("attention scale", lanes, 4, n -> rows.scale(s, 0, n, 1)),
        new WidthTemplate.Trial("attention dot", lanes, 4, n -> rows.dot(s, 0, d, 0, n)));
  }
}
