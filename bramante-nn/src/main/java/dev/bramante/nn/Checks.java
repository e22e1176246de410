package dev.bramante.nn;

import dev.bramante.graph.ShapeException;
import dev.bramante.graph.Value;

/** Checks of layers, with messages that name the layer. */
final class Checks {
  private Checks() {}

  /** Refuses an input that doesn't fit the layer being traced. */
  static void require(boolean fits, Value x, String message, Object... arguments) {
    if (!fits) {
      String path = x.trace().path();
      String where = path.isEmpty() ? "" : " (in layer " + path + ")";
      throw new ShapeException(message.formatted(arguments) + where);
    }
  }

  /** Refuses a size below 1. */
  static int positive(String what, int size) {
    if (size < 1) {
      throw new IllegalArgumentException(what + " must be at least 1, not " + size);
    }
    return size;
  }
}
