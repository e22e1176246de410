package dev.bramante.cpu.warmup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarmupTest {
  /** Code that takes so long, whatever the JVM does. */
  private static final class Fake implements Warmable {
    private final String name;
    private final long nanos;
    private final double share;
    private final List<Fake> renewals = new ArrayList<>();
    private int calls;
    private volatile boolean running;

    Fake(String name, long nanos, double share) {
      this.name = name;
      this.nanos = nanos;
      this.share = share;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public void run(int trips) {
      assertFalse(running, "two threads run " + name);
      running = true;
      calls++;
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      running = false;
    }

    @Override
    public int work(int trips) {
      return 100_000; // 0.8 ms may be compiled code
    }

    @Override
    public double share() {
      return share;
    }

    @Override
    public Warmable renewed() {
      var fake = new Fake(name + " again", 0, share);
      renewals.add(fake);
      return fake;
    }
  }

  @BeforeEach
  void startWithNothingCold() {
    Warmup.takeCold();
  }

  private static List<Warmup.Result> warm(Fake... fakes) {
    for (Fake fake : fakes) {
      Warmup.add(() -> fake);
    }
    return Warmup.run();
  }

  @Test
  void nothingIsWarmedTwice() {
    var fake = new Fake("a", 0, 0);
    assertEquals(1, warm(fake).size());
    int calls = fake.calls;
    assertTrue(calls > 0);
    assertEquals(List.of(), Warmup.run());
    assertEquals(calls, fake.calls);
  }

  @Test
  void manyAreWarmedSideBySide() {
    var fakes = new Fake[20];
    for (int i = 0; i < fakes.length; i++) {
      fakes[i] = new Fake("a" + i, 1000, 0);
    }
    var results = warm(fakes);
    assertEquals(fakes.length, results.size());
    assertTrue(results.stream().allMatch(Warmup.Result::compiled), results.toString());
  }

  @Test
  void whatStaysInTheInterpreterIsGivenUp() {
    var results = warm(new Fake("slow", 1_000_000, 0), new Fake("quick", 0, 0));
    assertEquals(
        List.of("slow false", "quick true"),
        results.stream().map(result -> result.name() + " " + result.compiled()).toList());
  }

  @Test
  void whatFellOffTheCliffIsMadeAnew() {
    var quick = new Fake("quick", 10_000, 1);
    var cliff = new Fake("cliff", 200_000, 1);
    var small = new Fake("small", 200_000, 0.1);
    var other = new Fake("other", 200_000, 0);
    warm(quick, cliff, small, other);
    assertEquals(0, quick.renewals.size() + small.renewals.size() + other.renewals.size());
    assertEquals(1, cliff.renewals.size());
    assertTrue(cliff.renewals.getFirst().calls > 0);
  }
}
