package dev.bramante.io.pickle;

/** A pickle is damaged, or asks for what it is not given. The message says what and where. */
public final class PickleException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a pickle is not read. */
  public enum Reason {
    /** It is no sound pickle. */
    DAMAGED,
    /** It is sound, but wants to call or make what weights don't need. */
    REFUSED
  }

  private final Reason reason;

  private PickleException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The pickle is not sound. */
  public static PickleException damaged(String problem) {
    return new PickleException(Reason.DAMAGED, problem);
  }

  /** The pickle wants more than plain values. */
  public static PickleException refused(String problem) {
    return new PickleException(Reason.REFUSED, problem);
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
