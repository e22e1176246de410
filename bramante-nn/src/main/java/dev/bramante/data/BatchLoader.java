package dev.bramante.data;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;

/**
 * Prepares batches on threads of its own, a few ahead of the consumer. For training there is no
 * end: after the last step of an epoch comes the first of the next. Order and bits don't depend on
 * the number of threads: one for samples that are at hand, as many as there are processors for
 * those that take long. The arrays are reused, so nothing is allocated once the loader runs.
 *
 * <p>One thread may take batches. {@link #close} stops the preparing threads, which never keep the
 * process alive.
 */
public final class BatchLoader implements AutoCloseable {
  /** One at the consumer, one ready, one being filled by all threads together. */
  private static final int BATCHES = 3;

  /** Enough that taking a share of the work costs nothing where a sample costs little. */
  private static final int CHEAP_ROWS = 64;

  private final BatchOrder order;
  private final BatchMaker maker;

  /** How many there are. */
  private final long most;

  private final Batch[] ring = new Batch[BATCHES];
  private final int chunk;
  private final List<Thread> workers;
  private final Object monitor = new Object();

  // Guarded by the monitor. Batch i lives in slot i % BATCHES. Those before `opened` have been
  // given
  // their samples; of the last of these, rows from `row` on wait for a thread. The first `taken`
  // went
  // to the consumer, and of these it has done with the first `released`.
  private long opened;
  private int row;
  private final int[] unfinished = new int[BATCHES];
  private final boolean[] ready = new boolean[BATCHES];
  private long taken;
  private long released;
  private boolean closed;
  private long failedBatch = Long.MAX_VALUE;
  private Throwable failure;

  private BatchLoader(BatchOrder order, BatchMaker maker, long most, int workers) {
    this.order = order;
    this.maker = maker;
    this.most = most;
    this.chunk = workers == 1 ? CHEAP_ROWS : 1;
    for (int i = 0; i < BATCHES; i++) {
      ring[i] = maker.emptyBatch();
    }
    this.workers =
        IntStream.range(0, workers)
            .mapToObj(i ->
                Thread.ofPlatform()
                    .daemon()
                    .name("bramante-batches-" + i)
                    .unstarted(() -> prepare(new Share())))
            .toList();
  }

  private static int workers(Dataset dataset) {
    return dataset.costly() ? Runtime.getRuntime().availableProcessors() : 1;
  }

  /**
   * Batches for training: each epoch in a new order, without a last partial batch.
   *
   * @param dataset the samples
   * @param batchSize samples in a batch
   * @param seed decides the order and the transforms' random numbers
   * @param transforms applied to each input, in this order
   */
  public static BatchLoader training(
      Dataset dataset, int batchSize, long seed, List<Transform> transforms) {
    return training(dataset, batchSize, seed, transforms, 0, 0);
  }

  /**
   * Batches for training from the middle of a run on: the same as a loader from the beginning gives
   * after the batches before.
   *
   * @param epoch the epoch of the first batch, from 0
   * @param step its step in this epoch, from 0 up to {@link #stepsPerEpoch}, which stands for the
   *     first of the next
   */
  public static BatchLoader training(
      Dataset dataset, int batchSize, long seed, List<Transform> transforms, long epoch, int step) {
    return training(dataset, batchSize, seed, transforms, Mixing.NONE, epoch, step);
  }

  /**
   * The same, with samples mixed after the transforms.
   *
   * @param mixing how
   */
  public static BatchLoader training(
      Dataset dataset,
      int batchSize,
      long seed,
      List<Transform> transforms,
      Mixing mixing,
      long epoch,
      int step) {
    var order = new BatchOrder(dataset.size(), batchSize, true, seed, epoch, step);
    var maker = new BatchMaker(dataset, batchSize, seed, transforms, mixing);
    return of(order, maker, workers(dataset));
  }

  /** Batches from parts, made by so many threads. */
  static BatchLoader of(BatchOrder order, BatchMaker maker, int workers) {
    return new BatchLoader(order, maker, Long.MAX_VALUE, workers).started();
  }

  /**
   * Batches for evaluation: all samples in their order, once, the last batch as partial as it must
   * be.
   */
  public static BatchLoader evaluation(Dataset dataset, int batchSize, List<Transform> transforms) {
    var order = new BatchOrder(dataset.size(), batchSize, false, 0, 0, 0);
    var maker = new BatchMaker(dataset, batchSize, 0, transforms, Mixing.NONE);
    return new BatchLoader(order, maker, order.stepsPerEpoch(), workers(dataset)).started();
  }

  private BatchLoader started() {
    workers.forEach(Thread::start);
    return this;
  }

  /** The number of batches in an epoch. */
  public int stepsPerEpoch() {
    return order.stepsPerEpoch();
  }

  /**
   * The next batch; waits for it if need be. Gives back the arrays of the batch before.
   *
   * @throws UncheckedIOException if a sample of the batch cannot be read
   * @throws IllegalStateException if the loader is closed, the thread is interrupted, or the batch
   *     could not be prepared; the reason is the cause
   * @throws NoSuchElementException if it was the last of an evaluation
   */
  public Batch next() {
    synchronized (monitor) {
      if (taken == most) {
        throw new NoSuchElementException("there were %d batches".formatted(most));
      }
      if (released < taken) {
        released = taken;
        monitor.notifyAll();
      }
      int slot = slot(taken);
      while (!ready[slot] && failedBatch > taken && !closed) {
        await();
      }
      if (closed) {
        throw new IllegalStateException("the loader is closed");
      }
      if (!ready[slot] && failure instanceof UncheckedIOException unreadable) {
        throw new UncheckedIOException(unreadable.getMessage(), unreadable.getCause());
      }
      if (!ready[slot]) {
        throw new IllegalStateException(
            "batch %d of epoch %d could not be prepared: %s"
                .formatted(ring[slot].step(), ring[slot].epoch(), failure.getMessage()),
            failure);
      }
      ready[slot] = false;
      taken++;
      return ring[slot];
    }
  }

  /** Stops preparing. A batch taken before stays as it is. */
  @Override
  public void close() {
    synchronized (monitor) {
      closed = true;
      monitor.notifyAll();
    }
  }

  /** Waits until the preparing threads of a closed loader have ended. */
  void awaitEnd() throws InterruptedException {
    for (Thread worker : workers) {
      worker.join();
    }
  }

  private static int slot(long batch) {
    return (int) (batch % BATCHES);
  }

  /** Some rows of a batch, for one thread. */
  private static final class Share {
    final SampleRandom random = new SampleRandom(0, 0, 0);
    long batch;
    int from;
    int to;
  }

  private void prepare(Share share) {
    try {
      while (take(share)) {
        Batch batch = ring[slot(share.batch)];
        maker.fill(batch, share.from, share.to, share.random);
        if (isLast(share)) {
          maker.complete(batch);
          offer(share.batch);
        }
      }
    } catch (Throwable thrown) {
      // Everything, errors included: whoever waits for the batch must learn of it.
      fail(share.batch, thrown);
    }
  }

  /** Waits for rows to make; false if there will be none. */
  private boolean take(Share share) {
    synchronized (monitor) {
      while (!closed && failure == null) {
        if (opened > 0 && row < ring[slot(opened - 1)].count()) {
          share.batch = opened - 1;
          share.from = row;
          share.to = Math.min(row + chunk, ring[slot(share.batch)].count());
          row = share.to;
          return true;
        }
        if (opened == most) {
          return false;
        }
        if (opened - released < BATCHES) {
          Batch batch = ring[slot(opened)];
          order.next(batch);
          unfinished[slot(opened)] = batch.count();
          row = 0;
          opened++;
        } else {
          await();
        }
      }
      return false;
    }
  }

  private boolean isLast(Share share) {
    synchronized (monitor) {
      unfinished[slot(share.batch)] -= share.to - share.from;
      return unfinished[slot(share.batch)] == 0;
    }
  }

  private void offer(long batch) {
    synchronized (monitor) {
      ready[slot(batch)] = true;
      monitor.notifyAll();
    }
  }

  /** Of several failures the one in the earliest batch counts. */
  private void fail(long batch, Throwable thrown) {
    synchronized (monitor) {
      if (batch < failedBatch) {
        failedBatch = batch;
        failure = thrown;
      }
      monitor.notifyAll();
    }
  }

  private void await() {
    try {
      monitor.wait();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", interrupted);
    }
  }
}
