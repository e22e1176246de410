package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.bramante.config.Config;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static void check(Schedule schedule, double... rates) {
    for (int i = 0; i < rates.length; i += 2) {
      double rate = rates[i + 1];
      assertEquals(rate, schedule.rate((long) rates[i]), 1e-9 * Math.abs(rate) + 1e-15);
    }
  }

  @Test
  void ratesFollowTheFormulas() {
    check(Schedule.constant(0.1), 0, 0.1, 1e6, 0.1);
    check(Schedule.steps(0.1, 10, 0.5), 0, 0.1, 9, 0.1, 10, 0.05, 25, 0.025);
    check(Schedule.cosine(1, 0, 100), 0, 1, 50, 0.5, 100, 0, 200, 0);
    check(Schedule.cosine(1, 0.2, 3), 1, 0.8, 2, 0.4, 3, 0.2);
    check(Schedule.warmup(4, Schedule.constant(0.8)), 0, 0.2, 1, 0.4, 3, 0.8, 4, 0.8, 100, 0.8);
    double peak = 1 / Math.sqrt(512) / Math.sqrt(4000);
    check(Schedule.noam(1, 512, 4000), 3999, peak, 1999, peak / 2, 15999, peak / 2);
  }

  /** A network that learns from little would otherwise never come to its rate. */
  @Test
  void warmUpTakesHalfOfAShortRunAtMost() {
    Config config =
        TrainSettings.defaults()
            .with("schedule", "constant")
            .with("learning-rate", "0.8")
            .with("warmup", "200");
    check(new TrainSettings(config).schedule(8), 0, 0.2, 3, 0.8, 7, 0.8);
    check(new TrainSettings(config).schedule(1000), 0, 0.004, 99, 0.4, 200, 0.8);
  }

  @Test
  void oneCycleIsPyTorchs() {
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=1, total_steps=10): ends of its two phases.
    check(Schedule.oneCycle(1, 10), 0, 0.04, 2, 1, 9, 4e-6, 1, 0.52);
  }

  @Test
  void lengthsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Schedule.cosine(1, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.steps(1, 0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Schedule.noam(1, 8, 0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.oneCycle(1, 0));
  }
}
