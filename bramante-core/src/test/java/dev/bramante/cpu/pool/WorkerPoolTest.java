package dev.bramante.cpu.pool;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {

  @Test
  void everyIndexRunsOnceAtAnyThreadCount() {
    for (int threads : new int[] {1, 2, 3, 7}) {
      try (var pool = new WorkerPool(threads)) {
        for (int count : new int[] {0, 1, 2, 3, 17, 1000}) {
          for (int round = 0; round < 200; round++) {
            var hits = new AtomicIntegerArray(Math.max(1, count));
            pool.run((index, worker) -> hits.incrementAndGet(index), count);
            for (int i = 0; i < count; i++) {
              assertEquals(1, hits.get(i), "index " + i + " of " + count);
            }
          }
        }
      }
    }
  }

  @Test
  void plainWritesOfWorkersAreSeenByTheCaller() {
    try (var pool = new WorkerPool(3)) {
      var data = new int[64];
      var expected = new int[64];
      for (int round = 1; round < 20_000; round++) {
        int value = round;
        pool.run((index, worker) -> data[index] = value + index, data.length);
        Arrays.setAll(expected, i -> value + i);
        assertArrayEquals(expected, data);
      }
    }
  }

  @Test
  void workerNumbersAreExclusive() {
    try (var pool = new WorkerPool(4)) {
      var inside = new AtomicIntegerArray(pool.threads());
      var clashes = new AtomicInteger();
      pool.run(
          (index, worker) -> {
            if (inside.incrementAndGet(worker) != 1) {
              clashes.incrementAndGet();
            }
            inside.decrementAndGet(worker);
          },
          50_000);
      assertEquals(0, clashes.get());
    }
  }

  @Test
  void exceptionsReachTheCallerAndThePoolSurvives() {
    try (var pool = new WorkerPool(2)) {
      for (int bad = 0; bad < 8; bad++) {
        int index0 = bad;
        var thrown =
            assertThrows(
                IllegalStateException.class,
                () ->
                    pool.run(
                        (index, worker) -> {
                          if (index == index0) {
                            throw new IllegalStateException("index " + index);
                          }
                        },
                        8));
        assertEquals("index " + bad, thrown.getMessage());
        var sum = new AtomicInteger();
        pool.run((index, worker) -> sum.addAndGet(index), 10);
        assertEquals(45, sum.get());
      }
    }
  }

  @Test
  void parkedWorkersAndAParkedCallerWake() throws InterruptedException {
    try (var pool = new WorkerPool(2)) {
      for (int round = 0; round < 20; round++) {
        Thread.sleep(2);
        var done = new AtomicInteger();
        pool.run(
            (index, worker) -> {
              if (worker == 1) {
                sleepABit();
              }
              done.incrementAndGet();
            },
            2);
        assertEquals(2, done.get());
      }
    }
  }

  @Test
  void concurrentCallersAndNestedRunsFinish() throws InterruptedException {
    try (var pool = new WorkerPool(2)) {
      var total = new AtomicInteger();
      List<Thread> callers = new ArrayList<>();
      for (int c = 0; c < 4; c++) {
        callers.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 500; i++) {
                    pool.run(
                        (index, worker) -> pool.run((inner, w) -> total.incrementAndGet(), 3), 5);
                  }
                }));
      }
      for (var caller : callers) {
        caller.join();
      }
      assertEquals(4 * 500 * 5 * 3, total.get());
    }
  }

  @Test
  void aClosedPoolStillRunsInline() {
    var pool = new WorkerPool(2);
    pool.close();
    var sum = new AtomicInteger();
    pool.run((index, worker) -> sum.addAndGet(index), 5);
    assertEquals(10, sum.get());
  }

  @Test
  void refusesNoThreads() {
    var thrown = assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0));
    assertTrue(thrown.getMessage().contains("at least 1 thread"));
  }

  private static void sleepABit() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
