package dev.bramante.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command has: help, stack traces on demand, and where to write. */
abstract class BaseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  @Option(names = "--verbose", description = "After an error, show where it happened.")
  private boolean verbose;

  /** Where the answer goes. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Where progress and warnings go. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Whether errors show their stack trace. */
  final boolean verbose() {
    return verbose;
  }
}
