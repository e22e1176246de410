package dev.bramante.cpu.pool;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A few threads that share one loop: the caller and its workers draw the indices of a task by
 * ticket until none is left.
 *
 * <p>Nothing is allocated by a run. Idle workers poll for {@link #POLL_NANOS} and then park, so
 * that back-to-back runs start in well under a microsecond and an idle or crowded machine is left
 * alone. Who executes which index is left to chance: a task must give the same result for any
 * assignment.
 */
public final class WorkerPool implements AutoCloseable {

  /** One loop body. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does the work of one index.
     *
     * @param index from 0 to the count of the run, exclusive
     * @param worker from 0 to {@link #threads()}, exclusive; no two threads of one run share it, so
     *     it may select scratch memory
     */
    void run(int index, int worker);
  }

  /** Parking costs some 50 µs on the next run; polling longer than that steals from others. */
  private static final long POLL_NANOS = 50_000;

  /** Polls between two looks at the clock. */
  private static final int POLLS_PER_CLOCK = 64;

  // Cells of the shared state, each on a pair of cache lines of its own.
  private static final int PAD = 16;

  /** Epoch in the high half, indices not yet drawn in the low half; drawing is one CAS. */
  private static final int TICKET = PAD;

  /** Indices not yet finished. */
  private static final int PENDING = 2 * PAD;

  /** 1 while a run is going on. */
  private static final int BUSY = 3 * PAD;

  /** 1 while the caller is parked. */
  private static final int CALLER_PARKED = 4 * PAD;

  /** 1 at PARKED + worker * PAD while that worker is parked. */
  private static final int PARKED = 5 * PAD;

  private static final long LOW = 0xFFFF_FFFFL;

  private final AtomicLongArray cells;
  private final Thread[] workers;
  private volatile boolean closed;

  // Written by the caller before it publishes the ticket, read only after a ticket was drawn.
  private Task task;
  private int count;
  private volatile Thread caller;
  private volatile Throwable failure;

  /**
   * Starts the workers.
   *
   * @param threads how many threads work on a run, the caller included; at least 1
   * @throws IllegalArgumentException if {@code threads} is less than 1
   */
  public WorkerPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("a worker pool needs at least 1 thread, got " + threads);
    }
    cells = new AtomicLongArray(PARKED + threads * PAD + PAD);
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      int worker = i + 1;
      workers[i] =
          Thread.ofPlatform().daemon().name("bramante-worker-" + worker).start(() -> serve(worker));
    }
  }

  /** A pool with one thread for each physical core. */
  public static WorkerPool ofPhysicalCores() {
    return new WorkerPool(PhysicalCores.count());
  }

  /** How many threads work on a run, the caller included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs the task for every index below {@code count} and returns when all are done. If the pool is
   * already busy, with another caller's run or this task's own parent, the caller works alone.
   *
   * @throws RuntimeException or Error, whatever the task threw first; the other indices still ran
   */
  public void run(Task task, int count) {
    if (count <= 1 || workers.length == 0 || closed || !cells.compareAndSet(BUSY, 0, 1)) {
      for (int i = 0; i < count; i++) {
        task.run(i, 0);
      }
      return;
    }
    try {
      share(task, count);
    } finally {
      cells.set(BUSY, 0);
    }
  }

  private void share(Task task, int count) {
    this.task = task;
    this.count = count;
    failure = null;
    cells.setPlain(PENDING, count);
    long epoch = (cells.getPlain(TICKET) >>> 32) + 1;
    cells.set(TICKET, (epoch << 32) | count);
    int wake = Math.min(workers.length, count - 1);
    for (int i = 0; i < wake; i++) {
      if (cells.get(PARKED + (i + 1) * PAD) != 0) {
        LockSupport.unpark(workers[i]);
      }
    }
    work(0);
    awaitPending();
    this.task = null;
    var thrown = failure;
    if (thrown != null) {
      failure = null;
      WorkerPool.<RuntimeException>rethrow(thrown);
    }
  }

  /** Draws and executes indices until none is left. */
  private void work(int worker) {
    int done = 0;
    while (true) {
      long ticket = cells.get(TICKET);
      int left = (int) (ticket & LOW);
      if (left == 0) {
        break;
      }
      // An index can be drawn only while its run is unfinished: task and count are that run's.
      if (cells.compareAndSet(TICKET, ticket, ticket - 1)) {
        try {
          task.run(count - left, worker);
        } catch (Throwable e) {
          failure = e;
        }
        done++;
      }
    }
    if (done > 0 && cells.addAndGet(PENDING, -done) == 0 && cells.get(CALLER_PARKED) != 0) {
      LockSupport.unpark(caller);
    }
  }

  private void awaitPending() {
    if (poll(PENDING, true)) {
      return;
    }
    caller = Thread.currentThread();
    cells.set(CALLER_PARKED, 1);
    boolean interrupted = false;
    while (cells.get(PENDING) != 0) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    cells.set(CALLER_PARKED, 0);
    caller = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Polls until the low half of a cell is zero or not zero, as asked; false if time runs out. */
  private boolean poll(int cell, boolean zero) {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < POLLS_PER_CLOCK; i++) {
        if (((cells.get(cell) & LOW) == 0) == zero) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < POLL_NANOS);
    return false;
  }

  private void serve(int worker) {
    int parked = PARKED + worker * PAD;
    while (!closed) {
      if (poll(TICKET, false)) {
        work(worker);
        continue;
      }
      cells.set(parked, 1);
      while (!closed && (cells.get(TICKET) & LOW) == 0) {
        LockSupport.park(this);
      }
      cells.set(parked, 0);
    }
  }

  /** Lets the workers end. Later runs are done by the caller alone. */
  @Override
  public void close() {
    closed = true;
    for (var worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable e) throws T {
    throw (T) e;
  }
}
