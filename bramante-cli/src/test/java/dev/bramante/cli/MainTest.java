package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "docter           | unknown command \"docter\"; did you mean \"doctor\"?",
        "xyzzy            | unknown command \"xyzzy\"; ./bramante --help lists what there is",
        "--versoin        | unknown option \"--versoin\"; did you mean \"--version\"?",
        "doctor --verbos  | unknown option \"--verbos\"; did you mean \"--verbose\"?",
        "doctor now       | unexpected \"now\"; ./bramante doctor --help says what may be given",
      })
  void refusesWhatItDoesNotKnow(String line, String complaint) {
    Outcome outcome = Outcome.of(line.split(" +"));
    assertEquals("bramante: " + complaint + System.lineSeparator(), outcome.err());
    assertEquals("", outcome.out());
    assertEquals(2, outcome.status());
  }

  @Test
  void asksForACommand() {
    Outcome outcome = Outcome.of();
    assertEquals(2, outcome.status());
    assertTrue(outcome.err().contains("./bramante --help"), outcome.err());
  }

  @Test
  void describesItself() {
    Outcome help = Outcome.of("--help");
    assertEquals(0, help.status());
    Main.COMMANDS.keySet().forEach(name -> assertTrue(help.out().contains("  " + name), name));
    assertTrue(Outcome.of("--version").out().startsWith("bramante "));
  }

  static Iterable<String> commands() {
    return Main.COMMANDS.keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelp(String name) {
    Outcome help = Outcome.of(name, "--help");
    assertEquals(0, help.status());
    assertTrue(help.out().startsWith("Usage: bramante " + name), help.out());
    assertEquals("", help.err());
  }

  @Test
  void doctorNamesTheJdk() {
    assertTrue(Outcome.of("doctor").out().contains(Runtime.version().toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "summary lenet --dump graph     | conv2d",
        "summary mlp --dump plan        | arena",
        "train mlp --dump passes        | # after fusion",
        "train lenet5 --dump plan       | conv2d_weight_grad",
        "summary lenet --batch 64       | memory for a batch of 64",
        "summary mlp --json             | \"parameters\": 1557",
        "models                         | ./bramante train lenet5",
      })
  void showsNetworks(String line, String part) {
    Outcome outcome = Outcome.of(line.split(" +"));
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains(part.strip()), outcome.out());
  }

  @Test
  void timesWhatItHasChecked() {
    Outcome outcome = Outcome.of("bench", "matmul-7x33x5", "mlp-train-3", "--seconds", "0.01");
    assertEquals(0, outcome.status(), outcome.err());
    String number = "[\\d.,]+";
    String rows =
        "matmul-7x33x5 +%1$s ms +%1$s /s +%1$s GFLOP/s\\Rmlp-train-3 +%1$s ms +%1$s /s\\R";
    assertTrue(outcome.out().matches(rows.formatted(number)), outcome.out());
  }
}
