package dev.bramante.train;

/** Batches for training steps, without end: after the last of an epoch comes the first again. */
interface StepBatches extends AutoCloseable {
  /** The next batch; gives back that before. */
  StepBatch next();

  /** Stops preparing. */
  @Override
  void close();
}
