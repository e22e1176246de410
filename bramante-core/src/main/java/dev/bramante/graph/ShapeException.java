package dev.bramante.graph;

/** Operands that don't fit an operation: says which operation, what shapes, where, and a hint. */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public ShapeException(String message) {
    super(message);
  }

  /** The problem with the layer in which it came up, if that is known. */
  static ShapeException in(String path, IllegalArgumentException problem) {
    String where = path.isEmpty() ? "" : " (in layer " + path + ")";
    return new ShapeException(problem.getMessage() + where);
  }
}
