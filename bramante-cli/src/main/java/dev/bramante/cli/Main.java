package dev.bramante.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code bramante COMMAND ...}.
 *
 * <p>The exit status is 0 on success only: 1 says that the command failed, 2 that it was called
 * wrongly, 130 that it was interrupted. Answers go to standard output; progress, warnings and
 * errors to standard error, an error as one line.
 */
@Command(
    name = "bramante",
    versionProvider = Version.class,
    description = "Deep architectures, from pixels and text to trained networks, in pure Java.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {
      "",
      "./bramante COMMAND --help describes a command. To begin:  ./bramante train lenet"
    })
public final class Main implements Runnable {
  /** The commands by name, in the order of the help text. */
  static final Map<String, Supplier<BaseCommand>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("train", TrainCommand::new);
    COMMANDS.put("eval", EvalCommand::new);
    COMMANDS.put("predict", PredictCommand::new);
    COMMANDS.put("classify", ClassifyCommand::new);
    COMMANDS.put("generate", GenerateCommand::new);
    COMMANDS.put("embed", EmbedCommand::new);
    COMMANDS.put("translate", TranslateCommand::new);
    COMMANDS.put("tokenize", TokenizeCommand::new);
    COMMANDS.put("models", ModelsCommand::new);
    COMMANDS.put("summary", SummaryCommand::new);
    COMMANDS.put("parity", ParityCommand::new);
    COMMANDS.put("bench", BenchCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("experiment", ExperimentCommand::new);
    COMMANDS.put("convert", ConvertCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
  }

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this text.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  private boolean version;

  @Spec private CommandSpec spec;

  Main() {}

  /** Runs a command and leaves the JVM with its exit status. */
  public static void main(String[] args) {
    var out = new PrintWriter(System.out, false);
    var err = new PrintWriter(System.err, true);
    int status = run(out, err, args);
    out.flush();
    System.exit(status);
  }

  /** Runs a command and gives its exit status. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line = new CommandLine(new Main());
    if (args.length > 0 && COMMANDS.containsKey(args[0])) {
      add(line, args[0]); // the others need not be loaded
    } else {
      COMMANDS.keySet().forEach(name -> add(line, name));
    }
    line.setOut(out).setErr(err).setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Complaints::misuse);
    line.setExecutionExceptionHandler(Complaints::failure);
    int status = execute(line, args);
    out.flush();
    return status;
  }

  private static int execute(CommandLine line, String... args) {
    try {
      return line.execute(args);
    } catch (OutOfMemoryError e) { // the library hands on exceptions only
      line.getErr().println("bramante: " + Complaints.message(e));
      return FAILED;
    }
  }

  private static void add(CommandLine line, String name) {
    line.addSubcommand(name, COMMANDS.get(name).get());
  }

  /** Called without a command. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "no command given; ./bramante --help lists them");
  }

  /** The exit status of a command that failed. */
  static final int FAILED = ExitCode.SOFTWARE;
}
