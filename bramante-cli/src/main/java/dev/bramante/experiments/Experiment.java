package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.engine.Engine;

/** One claim of the chapter, tried out in minutes on two cores. */
public interface Experiment {
  /** What it is called. */
  String name();

  /** What is claimed, and where, in one sentence. */
  String claim();

  /** Its settings with their defaults. */
  Config defaults();

  /**
   * Tries it out.
   *
   * @param settings {@link #defaults}, some of them changed
   * @throws IllegalArgumentException if a setting doesn't fit; it names the key
   */
  Findings run(Config settings, Engine engine, Listener listener);

  /** Who wants to know how far an experiment is. */
  @FunctionalInterface
  interface Listener {
    /**
     * How far it is.
     *
     * @param what what is done now
     */
    void at(String what, long done, long total);
  }
}
