package dev.bramante.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Work that ends tidily when the user presses Ctrl-C or the system asks the process to end. */
final class Interruptible {
  private Interruptible() {}

  /**
   * Does the work. If the process is asked to end, it is told to stop, and the process waits for
   * it; the JVM then gives the exit status of the signal, 130 for Ctrl-C.
   *
   * @param stop asks the work to end soon; called by another thread
   */
  static <T> T call(Runnable stop, Callable<T> work) throws Exception {
    var ended = new CountDownLatch(1);
    var hook = new Thread(() -> stopAndWait(stop, ended), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.call();
    } finally {
      ended.countDown();
      remove(hook);
    }
  }

  private static void stopAndWait(Runnable stop, CountDownLatch ended) {
    stop.run();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody waits for this thread but the JVM's end
    }
  }

  /** Removes a hook, unless the JVM is ending already and runs it. */
  static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending: the hook runs already, and has what it waits for.
    }
  }
}
