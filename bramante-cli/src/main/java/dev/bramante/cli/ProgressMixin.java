package dev.bramante.cli;

import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The choice whether a long command shows how far it is. */
final class ProgressMixin {
  private static final int USUAL_COLUMNS = 80;

  @Option(
      names = "--progress",
      negatable = true,
      description = "Show progress, also where standard error is no terminal; or never.")
  private Optional<Boolean> wanted = Optional.empty();

  /** Progress on standard error, if it is a terminal or the user wants it. */
  Progress on(PrintWriter err) {
    int columns = columns();
    return new Progress(err, wanted.orElse(columns > 0), columns > 0 ? columns : USUAL_COLUMNS);
  }

  /** The width of the terminal that standard error is; 0 if it is none. */
  private static int columns() {
    // The launcher knows. The JDK alone knows only whether input and output are a terminal.
    var console = System.console();
    boolean terminal = console != null && console.isTerminal();
    return Integer.getInteger("bramante.columns", terminal ? USUAL_COLUMNS : 0);
  }
}
