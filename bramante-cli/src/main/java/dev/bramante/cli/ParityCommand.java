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

  private record Answer(String file, boolean agrees, List<Check> checks) {}

  @Override
  public Integer call() {
    var answers = new ArrayList<Answer>();
    for (Path file : files) {
      Answer answer = check(file);
      answers.add(answer);
      if (!json.wanted()) {
        print(answer);
      }
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answers);
    }
    return answers.stream().allMatch(Answer::agrees) ? 0 : Main.FAILED;
  }

  private Answer check(Path file) {
    List<Check> checks;
    try {
      Engine own = engine.engine();
      checks = Parity.check(file, Machine.of(own.variables(), own::compile));
    } catch (IOException | IllegalArgumentException e) {
      checks = List.of(new Check("file", false, Complaints.message(e)));
    }
    return new Answer(file.toString(), checks.stream().allMatch(Check::agrees), checks);
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
