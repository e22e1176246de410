package dev.bramante.train;

/** Training that cannot go on; the message says at which step, and what is left. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message for people. */
  public TrainingException(String message) {
    super(message);
  }
}
