package dev.bramante.cli;

import dev.bramante.backend.MemoryException;
import dev.bramante.config.Nearest;
import dev.bramante.train.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into a line for people. */
final class Complaints {
  private Complaints() {}

  /** A command line that cannot be understood. */
  static int misuse(ParameterException problem, String[] args) {
    CommandLine line = problem.getCommandLine();
    line.getErr().println("bramante: " + misuseMessage(problem));
    return ExitCode.USAGE;
  }

  /** A command that failed while it ran. */
  static int failure(Exception problem, CommandLine line, ParseResult parsed) {
    line.getErr().println("bramante: " + message(problem));
    if (line.getCommand() instanceof BaseCommand command && command.verbose()) {
      problem.printStackTrace(line.getErr());
    }
    return Main.FAILED;
  }

  /** What to say about a problem, in one line unless the problem is a list. */
  static String message(Throwable problem) {
    String text = Optional.ofNullable(problem.getMessage()).orElse("");
    return switch (problem) {
      case UncheckedIOException e -> message(e.getCause());
      case FileSystemException e when e.getReason() != null -> text;
      case NoSuchFileException e -> e.getFile() + " does not exist";
      case AccessDeniedException e -> e.getFile() + " may not be read or written";
      case FileAlreadyExistsException e -> e.getFile() + " exists already";
      case CommandException _,
          IllegalArgumentException _,
          IOException _,
          MemoryException _,
          TrainingException _
          when !text.isEmpty() ->
          text;
      case ArithmeticException _ when text.endsWith("overflow") ->
          "the network or its batch has more numbers than an array can hold; take a smaller one";
      case OutOfMemoryError _ ->
          "not enough memory (" + text + "); BRAMANTE_OPTS=-Xmx8g ./bramante ... allows 8 GB";
      default ->
          "internal error, please report it with what --verbose shows: "
              + problem.getClass().getSimpleName()
              + (text.isEmpty() ? "" : ": " + text);
    };
  }

  private static String misuseMessage(ParameterException problem) {
    CommandSpec spec = problem.getCommandLine().getCommandSpec();
    if (problem instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().getFirst();
      if (word.startsWith("-")) {
        return unknown("option", word.replaceFirst("=.*", ""), longNames(spec), spec);
      }
      if (spec.parent() == null) {
        return unknown("command", word, Main.COMMANDS.keySet(), spec);
      }
      return "unexpected \"%s\"; ./%s --help says what may be given"
          .formatted(word, spec.qualifiedName());
    }
    // The library doubles a word in one of its messages.
    return problem.getMessage().replace("option option", "option");
  }

  private static String unknown(
      String what, String word, Collection<String> known, CommandSpec spec) {
    return Nearest.to(word, known)
        .map(near -> "unknown %s \"%s\"; did you mean \"%s\"?".formatted(what, word, near))
        .orElseGet(() ->
            "unknown %s \"%s\"; ./%s --help lists what there is"
                .formatted(what, word, spec.qualifiedName()));
  }

  private static Collection<String> longNames(CommandSpec spec) {
    return spec.options().stream().map(option -> option.longestName()).toList();
  }
}
