package dev.bramante.train;

/** Who wants to know how training goes. Called by the thread that trains. */
public interface Listener {
  /**
   * After each update.
   *
   * @param step updates done so far
   * @param steps updates in all
   * @param loss the loss of the last batch before the update
   */
  void step(long step, long steps, double loss, double learningRate);

  /**
   * While the network is validated, after each batch.
   *
   * @param done samples done so far
   * @param total samples in all
   */
  default void validation(long done, long total) {}

  /** After each epoch's validation. */
  void epoch(EpochReport report);

  /** Nobody. */
  static Listener none() {
    return new Listener() {
      @Override
      public void step(long step, long steps, double loss, double learningRate) {}

      @Override
      public void epoch(EpochReport report) {}
    };
  }
}
