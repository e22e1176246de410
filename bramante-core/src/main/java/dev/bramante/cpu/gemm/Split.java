package dev.bramante.cpu.gemm;

/**
 * A range cut into nearly equal parts at multiples of a unit. The cut depends on sizes alone, never
 * on the number of threads.
 *
 * @param total length of the range
 * @param unit where it may be cut
 * @param parts number of parts, none of them empty
 */
record Split(int total, int unit, int parts) {

  /** As many parts as wished, if the range has so many units. */
  static Split of(int total, int unit, int wished) {
    return new Split(total, unit, Math.clamp(units(total, unit), 1, Math.max(1, wished)));
  }

  static int units(int total, int unit) {
    return (total + unit - 1) / unit;
  }

  /** From 3 on an even number of parts, so that two threads get as many each. */
  static int even(int parts) {
    return parts > 2 ? units(parts, 2) * 2 : parts;
  }

  /** Where a part starts; the start of part {@code parts} is the end of the range. */
  int start(int part) {
    return part == parts ? total : (int) ((long) part * units(total, unit) / parts) * unit;
  }
}
