package dev.bramante.graph;

/** Operands that don't fit an operation: says which operation, what shapes, where, and a hint. */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public ShapeException(String message) {
    super(message);
  }
}
