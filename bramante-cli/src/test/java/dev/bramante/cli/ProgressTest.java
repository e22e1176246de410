package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter screen = new StringWriter();
  private long seconds;

  private Progress progress(boolean terminal) {
    return new Progress(new PrintWriter(screen), terminal, () -> seconds * 1_000_000_000L);
  }

  @Test
  void redrawsOneLineInATerminal() {
    Progress progress = progress(true);
    seconds = 3;
    progress.update("epoch 1/4", 25, 100, "loss 0.5");
    progress.update("epoch 1/4", 26, 100, "too soon");
    progress.clear();
    assertEquals(
        "\repoch 1/4  [######..................]  25 %  loss 0.5  0:09 left\033[K\r\033[K",
        screen.toString());
  }

  @Test
  void printsPlainLinesElsewhere() {
    Progress progress = progress(false);
    seconds = 3;
    progress.update("epoch 1/4", 25, 100, "loss 0.5");
    seconds = 30;
    progress.update("epoch 2/4", 50, 100, "loss 0.4");
    progress.clear();
    assertEquals(
        "epoch 2/4   50 %  loss 0.4  0:30 left" + System.lineSeparator(), screen.toString());
  }

  @Test
  void showsTime() {
    assertEquals("0:00", Progress.time(0.2));
    assertEquals("12:30", Progress.time(750));
    assertEquals("1:02:03", Progress.time(3723));
  }
}
