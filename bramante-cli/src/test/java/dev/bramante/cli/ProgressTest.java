package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final String ERASED = "\r\033[K";

  private final StringWriter screen = new StringWriter();

  private Progress progress(boolean shown, int columns) {
    return new Progress(new PrintWriter(screen), shown, columns);
  }

  @Test
  void redrawsOneLineAndTakesItOffTheScreen() {
    try (var progress = progress(true, 80)) {
      progress.begin("eval", 100);
      progress.at(25);
      progress.details("loss 0.5");
    }
    String last = screen.toString().substring(0, screen.toString().length() - ERASED.length());
    last = last.substring(last.lastIndexOf('\r'));
    assertTrue(last.startsWith("\reval  25% [#"), last);
    assertTrue(last.contains(".]  25/100 ("), last);
    assertTrue(last.contains("loss 0.5"), last);
    assertTrue(screen.toString().endsWith("\033[K" + ERASED), screen.toString());
    assertEquals(-1, screen.toString().indexOf('\n'), "the cursor never leaves its line");
  }

  @Test
  void goesFromTaskToTask() {
    try (var progress = progress(true, 80)) {
      progress.begin("reading");
      progress.begin("eval", 3);
    }
    assertTrue(screen.toString().contains("\rreading ... 0:00\033[K"), screen.toString());
    assertTrue(screen.toString().contains(ERASED + "\reval   0% ["), screen.toString());
  }

  @Test
  void staysInTheTerminal() {
    try (var progress = progress(true, 30)) {
      progress.begin("a task of a very long name indeed", 3);
    }
    for (String drawn : screen.toString().split("\r")) {
      assertTrue(drawn.replace("\033[K", "").length() < 30, drawn);
    }
  }

  @Test
  void makesRoomForWhatIsPrinted() {
    var line = new ProgressLine(new PrintWriter(screen), 80);
    line.accept("half");
    line.aside(() -> screen.append("answer\n"));
    line.accept("more");
    line.close();
    assertEquals("\rhalf\033[K" + ERASED + "answer\n\rmore\033[K" + ERASED, screen.toString());
  }

  @Test
  void showsNothingWhenHidden() {
    try (var progress = progress(false, 80)) {
      progress.begin("eval", 2);
      progress.at(1);
      assertFalse(progress.isDue());
      progress.details("loss");
      progress.aside(() -> screen.append("answer"));
    }
    assertEquals("answer", screen.toString());
  }

  @Test
  void leavesNoHookBehind() {
    Progress progress = progress(true, 80);
    progress.begin("eval", 2);
    progress.close();
    progress.close();
    assertTrue(screen.toString().endsWith(ERASED));
  }

  @Test
  void showsTime() {
    assertEquals("0:00", Figures.time(0.2));
    assertEquals("12:30", Figures.time(750));
    assertEquals("1:02:03", Figures.time(3723));
  }
}
