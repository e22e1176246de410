package dev.bramante.data;

import java.util.List;

/**
 * Prepares batches on a thread of its own, a few ahead of the consumer, without end: after the last
 * step of an epoch comes the first of the next. The arrays are reused, so nothing is allocated once
 * the loader runs.
 *
 * <p>One thread may take batches. {@link #close} stops the preparing thread, which never keeps the
 * process alive.
 */
public final class BatchLoader implements AutoCloseable {
  /** One at the consumer, one ready, one being filled. */
  private static final int BATCHES = 3;

  private final BatchMaker maker;
  private final int stepsPerEpoch;
  private final Batch[] ring = new Batch[BATCHES];
  private final Object monitor = new Object();
  private final Thread worker =
      Thread.ofPlatform().daemon().name("bramante-batches").unstarted(this::prepare);

  // Guarded by the monitor. Batch i lives in slot i % BATCHES; of those filled, the first `taken`
  // went to the consumer, and of these it has done with the first `released`.
  private long filled;
  private long taken;
  private long released;
  private boolean closed;
  private Throwable failure;
  private String failed = "";

  private BatchLoader(BatchMaker maker) {
    this.maker = maker;
    this.stepsPerEpoch = maker.stepsPerEpoch();
    for (int i = 0; i < BATCHES; i++) {
      ring[i] = maker.emptyBatch();
    }
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
    return started(new BatchMaker(dataset, batchSize, true, seed, transforms, epoch, step));
  }

  /**
   * Batches for evaluation: all samples in their order, the last batch as partial as it must be.
   */
  public static BatchLoader evaluation(Dataset dataset, int batchSize, List<Transform> transforms) {
    return started(new BatchMaker(dataset, batchSize, false, 0, transforms, 0, 0));
  }

  private static BatchLoader started(BatchMaker maker) {
    var loader = new BatchLoader(maker);
    loader.worker.start();
    return loader;
  }

  /** The number of batches in an epoch. */
  public int stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /**
   * The next batch; waits for it if need be. Gives back the arrays of the batch before.
   *
   * @throws IllegalStateException if the loader is closed, the thread is interrupted, or the batch
   *     could not be prepared; the reason is the cause
   */
  public Batch next() {
    synchronized (monitor) {
      if (released < taken) {
        released = taken;
        monitor.notifyAll();
      }
      while (filled == taken && failure == null && !closed) {
        await();
      }
      if (closed) {
        throw new IllegalStateException("the loader is closed");
      }
      if (filled == taken) {
        throw new IllegalStateException(
            failed + " could not be prepared: " + failure.getMessage(), failure);
      }
      return ring[(int) (taken++ % BATCHES)];
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

  /** Waits until the preparing thread of a closed loader has ended. */
  void awaitEnd() throws InterruptedException {
    worker.join();
  }

  private void prepare() {
    try {
      for (long batch = 0; awaitSlot(batch); batch++) {
        maker.fill(ring[(int) (batch % BATCHES)]);
        synchronized (monitor) {
          filled++;
          monitor.notifyAll();
        }
      }
    } catch (Throwable thrown) {
      // Everything, errors included: whoever waits for the batch must learn of it.
      synchronized (monitor) {
        failure = thrown;
        failed = maker.toString();
        monitor.notifyAll();
      }
    }
  }

  /** Waits until the slot of the batch is free; false if the loader is closed. */
  private boolean awaitSlot(long batch) {
    synchronized (monitor) {
      while (batch - released == BATCHES && !closed) {
        await();
      }
      return !closed;
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
