package dev.bramante.cli;

/**
 * A class that an image may be of.
 *
 * @param name its name
 * @param probability what the network gives it
 */
record Guess(String name, float probability) {
  /** As {@code Ankle boot 94.71 %}. */
  @Override
  public String toString() {
    return name + " " + Figures.percent(probability);
  }
}
