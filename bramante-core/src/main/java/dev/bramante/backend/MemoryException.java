package dev.bramante.backend;

/** A plan that does not fit into memory: says what it needs, what there is, and what would help. */
public final class MemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public MemoryException(String message) {
    super(message);
  }
}
