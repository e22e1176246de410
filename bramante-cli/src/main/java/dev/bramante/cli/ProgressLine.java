package dev.bramante.cli;

import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBarConsumer;

/** One line of a terminal that is drawn again and again. Safe for use by several threads. */
final class ProgressLine implements ProgressBarConsumer {
  private static final String START = "\r";
  private static final String ERASE_REST = "\033[K";

  private final PrintWriter to;
  private final int length;
  private boolean onScreen;
  private boolean closed;

  ProgressLine(PrintWriter to, int columns) {
    this.to = to;
    this.length = columns - 1; // some terminals wrap after the last column
  }

  @Override
  public int getMaxRenderedLength() {
    return length;
  }

  @Override
  public synchronized void accept(String text) {
    if (closed) { // the thread that draws was late
      return;
    }
    to.print(START + text.substring(0, Math.min(text.length(), length)) + ERASE_REST);
    to.flush();
    onScreen = true;
  }

  /** Erases the line; the cursor stands at its beginning. */
  @Override
  public synchronized void clear() {
    if (onScreen) {
      to.print(START + ERASE_REST);
      to.flush();
      onScreen = false;
    }
  }

  /** Prints something while the line is not there. */
  synchronized void aside(Runnable print) {
    clear();
    print.run();
  }

  @Override
  public synchronized void close() {
    clear();
    closed = true;
  }
}
