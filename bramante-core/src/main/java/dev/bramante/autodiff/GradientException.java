package dev.bramante.autodiff;

/** A gradient that is asked for but not defined: says of which operation, and in which layer. */
public final class GradientException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public GradientException(String message) {
    super(message);
  }
}
