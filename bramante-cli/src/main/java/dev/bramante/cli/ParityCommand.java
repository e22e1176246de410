package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.parity.Check;
import dev.bramante.parity.Machine;
import dev.bramante.parity.Parity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Compares our numbers with PyTorch's. */
@Command(
    name = "parity",
    description = "Hold our numbers against reference values; exit status 1 if any disagrees.")
final class ParityCommand extends BaseCommand {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Reference values, NAME.json.")
  private List<Path> files = List.of();

  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  private record Answer(String file, boolean agrees, List<Check> checks) {
    static Answer of(Path file, List<Check> checks) {
      return new Answer(file.toString(), checks.stream().allMatch(Check::agrees), checks);
    }
  }

  @Override
  public Integer call() {
    var answers = new ArrayList<Answer>();
    try (var shown = progress.on(err())) {
      shown.begin("parity", files.size());
      for (Path file : files) {
        shown.details(String.valueOf(file.getFileName()));
        answers.add(check(file, shown));
        shown.at(answers.size());
      }
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answers);
    }
    return answers.stream().allMatch(Answer::agrees) ? 0 : Main.FAILED;
  }

  /** A file that cannot be read or is of no model of ours disagrees, and the next one follows. */
  private Answer check(Path file, Progress shown) {
    try {
      Engine own = engine.engine();
      Answer answer =
          Answer.of(
              file,
              Parity.check(file, Machine.of(own.variables(), own::compile, engine.winograd())));
      if (!json.wanted()) {
        shown.aside(() -> print(answer));
      }
      return answer;
    } catch (IOException | IllegalArgumentException e) {
      String problem = Complaints.message(e);
      shown.aside(() -> err().println("bramante: " + problem));
      return Answer.of(file, List.of(new Check("file", false, problem)));
    }
  }

  private void print(Answer answer) {
    long good = answer.checks().stream().filter(Check::agrees).count();
    answer.checks().forEach(check -> out().println("  " + check));
    out()
        .printf(
            "%s: %s, %d of %d fields%n",
            answer.file(), answer.agrees() ? "agrees" : "DISAGREES", good, answer.checks().size());
    out().flush();
  }
}
