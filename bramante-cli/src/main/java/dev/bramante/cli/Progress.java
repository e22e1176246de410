package dev.bramante.cli;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.UnaryOperator;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/**
 * How far a long command is: one line, redrawn in place by a thread of its own, and taken off the
 * screen at the end. The command goes through tasks one after the other, of known length or not.
 */
final class Progress implements AutoCloseable {
  private static final int REDRAW_MILLIS = 100;
  private static final long UNKNOWN = -1;

  private static final ProgressBarStyle STYLE =
      ProgressBarStyle.builder()
          .leftBracket("[")
          .rightBracket("]")
          .block('#')
          .space('.')
          .rightSideFractionSymbol('.')
          .build();

  private final PrintWriter to;
  private final boolean shown;
  private final int columns;
  private final Thread atExit = new Thread(this::end, "progress");
  private Optional<Task> task = Optional.empty();
  private long detailed;

  private record Task(ProgressBar bar, ProgressLine line) {}

  /**
   * Progress on a terminal.
   *
   * @param shown false to show nothing
   * @param columns how wide the terminal is
   */
  Progress(PrintWriter to, boolean shown, int columns) {
    this.to = to;
    this.shown = shown;
    this.columns = columns;
    if (shown) {
      Runtime.getRuntime().addShutdownHook(atExit);
    }
  }

  /** Progress that nobody sees. */
  static Progress hidden() {
    return new Progress(new PrintWriter(PrintWriter.nullWriter()), false, 0);
  }

  /** Begins a task whose length is not known. */
  void begin(String name) {
    // A bar would be empty to the end.
    begin(name, UNKNOWN, builder -> builder.setRenderer(Progress::withoutBar));
  }

  private static String withoutBar(ProgressState state, int length) {
    return state.getTaskName() + " ... " + Figures.time(state.getTotalElapsed().toSeconds());
  }

  /** Begins a task of {@code total} parts. */
  void begin(String name, long total) {
    begin(name, total, builder -> builder.setStyle(STYLE));
  }

  private void begin(String name, long total, UnaryOperator<ProgressBarBuilder> look) {
    end();
    if (shown) {
      var line = new ProgressLine(to, columns);
      var builder =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(total)
              .setUpdateIntervalMillis(REDRAW_MILLIS)
              .continuousUpdate()
              .clearDisplayOnFinish()
              .setConsumer(line);
      task = Optional.of(new Task(look.apply(builder).build(), line));
    }
  }

  /** Says how many parts of the task are done. */
  void at(long done) {
    task.ifPresent(it -> it.bar().stepTo(done));
  }

  /** Whether it is time for other {@link #details}; spares the caller to make up the words. */
  boolean isDue() {
    return shown && System.nanoTime() - detailed >= REDRAW_MILLIS * 1_000_000L;
  }

  /** Shows figures behind the bar. */
  void details(String text) {
    detailed = System.nanoTime();
    task.ifPresent(it -> it.bar().setExtraMessage(text));
  }

  /** Prints something while the line is off the screen. */
  void aside(Runnable print) {
    task.map(Task::line).ifPresentOrElse(line -> line.aside(print), print);
  }

  /** Ends the task, if there is one, and takes its line off the screen. */
  void end() {
    task.ifPresent(it -> {
      it.bar().close();
      it.line().close(); // a bar that ends before it was drawn first is drawn then, and left
    });
    task = Optional.empty();
  }

  @Override
  public void close() {
    end();
    if (shown) {
      Interruptible.remove(atExit);
    }
  }
}
