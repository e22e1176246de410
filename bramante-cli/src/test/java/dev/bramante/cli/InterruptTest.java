package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to end saves what it has learnt. */
class InterruptTest {
  @TempDir private Path folder;

  @Test
  void savesBeforeItEnds() throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    Path log = folder.resolve("output.txt");
    Process process = start(log.toFile(), "train", "mlp", "--epochs", "9999", "--out", "" + run);
    assumeTrue(process.supportsNormalTermination(), "this system only kills");
    while (process.isAlive() && Files.notExists(run.resolve("metrics.csv"))) {
      Thread.sleep(20);
    }
    process.destroy();
    assertNotEquals(0, process.waitFor());
    String said = Files.readString(log);
    assertTrue(said.contains("interrupted at step "), said);

    Outcome measured = Outcome.of("eval", run.toString());
    assertEquals(0, measured.status(), measured.err());
    String step = said.replaceFirst("(?s).*interrupted at step ([\\d,]+) .*", "$1");
    int next = Integer.parseInt(step.replace(",", "")) + 1;
    Outcome resumed = Outcome.of("train", "--resume", run.toString(), "--steps", "" + next);
    assertEquals(0, resumed.status(), resumed.err());
    assertTrue(Files.readString(run.resolve("log.txt")).contains("ends at step " + next), said);
  }

  private static Process start(File log, String... args) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(log))
        .start();
  }
}
