package dev.bramante.io;

import java.io.IOException;

/** The content of a file is not what it must be. The message is one line fit for a user. */
public final class FileFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;

  /**
   * An error without a deeper cause.
   *
   * @param file the path or resource at fault
   * @param problem what is wrong, and where in the file
   * @param remedy what the reader of the message can do about it
   */
  public FileFormatException(Object file, String problem, String remedy) {
    super(file + ": " + problem + "; " + remedy);
    this.file = file.toString();
  }

  /** An error that another one revealed. */
  public FileFormatException(Object file, String problem, String remedy, Throwable cause) {
    this(file, problem, remedy);
    initCause(cause);
  }

  /** The path or resource at fault, as named in the message. */
  public String file() {
    return file;
  }
}
