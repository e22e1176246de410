package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What a command printed, and its exit status. */
record Outcome(int status, String out, String err) {
  /** Runs a command in this process. */
  static Outcome of(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status = Main.run(new PrintWriter(out), new PrintWriter(err, true), args);
    return new Outcome(status, out.toString(), err.toString());
  }

  /** Runs a command that must succeed. */
  static Outcome success(String... args) {
    Outcome outcome = of(args);
    assertEquals(0, outcome.status(), outcome.err());
    return outcome;
  }
}
