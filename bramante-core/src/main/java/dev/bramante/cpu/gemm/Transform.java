package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmup;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Maps squares of vectors of channels by a {@link WinogradForm} in both dimensions.
 *
 * <p>Each part of the result is a class of its own. One that computes a whole square of 6×6 points
 * is at the limit of what C2 inlines: it came out at 80 ns a vector, or at 5,100.
 */
final class Transform {
  private record Key(int lanes, WinogradForm form, boolean bias, boolean relu) {}

  private static final ConcurrentHashMap<Key, Transform> MADE = new ConcurrentHashMap<>();

  private final TransformPart[] parts;

  private Transform(Key key) {
    parts = new TransformPart[key.form.parts().size()];
    for (int i = 0; i < parts.length; i++) {
      var spec = new TransformSpec(key.lanes, key.form, i, key.bias, key.relu);
      parts[i] = TransformEmitter.emit(spec);
      Warmup.add(() -> new TransformTrial(this, spec));
    }
  }

  /** The transform of a form. */
  static Transform of(int lanes, WinogradForm form) {
    return of(lanes, form, false, false);
  }

  /**
   * The transform of a form.
   *
   * @param lanes floats in a vector: 16, 8 or 4
   * @param bias whether a bias is added to the results
   * @param relu whether negative results then become zero
   */
  static Transform of(int lanes, WinogradForm form, boolean bias, boolean relu) {
    return MADE.computeIfAbsent(new Key(lanes, form, bias, relu), Transform::new);
  }

  TransformPart part(int index) {
    return parts[index];
  }

  /** Makes a part again, as a new class that the compiler sees for the first time. */
  void remake(TransformSpec spec) {
    parts[spec.part()] = TransformEmitter.emit(spec);
  }

  /** Maps squares; the parameters are those of {@link TransformPart#run}. */
  void run(
      int vectors,
      float[] from,
      int fo,
      int fromRow,
      int fromColumn,
      float[] to,
      int at,
      int toRow,
      int toColumn,
      float[] bias,
      int bo) {
    for (var part : parts) {
      part.run(vectors, from, fo, fromRow, fromColumn, to, at, toRow, toColumn, bias, bo);
    }
  }
}
