package dev.bramante.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * How far a long command is. In a terminal one line is redrawn in place; elsewhere, in a log file
 * for instance, there is a plain line now and then.
 */
final class Progress {
  private static final int BAR = 24;
  private static final long REDRAW = 100_000_000L;
  private static final long PLAIN_LINE = 10_000_000_000L;
  private static final String START_OF_LINE = "\r";
  private static final String ERASE_REST = "\033[K";

  private final PrintWriter to;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final long begun;
  private long shown;
  private boolean onScreen;

  /** Shows progress on {@code to}, which is a terminal or not. */
  Progress(PrintWriter to, boolean terminal) {
    this(to, terminal, System::nanoTime);
  }

  Progress(PrintWriter to, boolean terminal, LongSupplier nanoTime) {
    this.to = to;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
    this.shown = begun;
  }

  /** Whether standard error is a terminal that understands being redrawn. */
  static boolean onTerminal() {
    var console = System.console();
    return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
  }

  /** Whether {@link #update} would show anything now; spares the caller to make up the words. */
  boolean isDue() {
    return nanoTime.getAsLong() - shown >= (terminal ? REDRAW : PLAIN_LINE);
  }

  /**
   * Says how far the command is; cheap when nothing is due to be shown.
   *
   * @param label what is being done, {@code epoch 3/12}
   * @param done how much is done of {@code total}
   * @param details figures to show behind
   */
  void update(String label, long done, long total, String details) {
    if (!isDue()) {
      return;
    }
    long now = nanoTime.getAsLong();
    shown = now;
    double share = total == 0 ? 1 : Math.clamp((double) done / total, 0, 1);
    String left =
        share == 0 ? "" : "  " + time((now - begun) / 1e9 * (1 - share) / share) + " left";
    String percent = String.format(Locale.ROOT, "%3.0f %%", 100 * share);
    if (terminal) {
      to.print(
          START_OF_LINE
              + label
              + "  "
              + bar(share)
              + " "
              + percent
              + "  "
              + details
              + left
              + ERASE_REST);
      to.flush();
      onScreen = true;
    } else {
      to.println(label + "  " + percent + "  " + details + left);
    }
  }

  /** Takes the line off the screen, so that something else may be printed. */
  void clear() {
    if (onScreen) {
      to.print(START_OF_LINE + ERASE_REST);
      to.flush();
      onScreen = false;
    }
  }

  private static String bar(double share) {
    int full = (int) (BAR * share);
    return "[" + "#".repeat(full) + ".".repeat(BAR - full) + "]";
  }

  /** As {@code 0:07}, {@code 12:30} or {@code 1:02:03}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }
}
