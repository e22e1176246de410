package dev.bramante.cli;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A class that an image may be of.
 *
 * @param name its name
 * @param probability what the network gives it
 */
record Guess(String name, float probability) {
  /**
   * What a network says of an image.
   *
   * @param image its name
   * @param classes the likeliest, first of all the likeliest
   */
  record Answer(String image, List<Guess> classes) {
    /** The likeliest classes of an image. */
    static Answer of(String image, float[] probabilities, List<String> names, int top) {
      return new Answer(
          image,
          IntStream.range(0, probabilities.length)
              .mapToObj(c -> new Guess(names.get(c), probabilities[c]))
              .sorted(Comparator.comparingDouble((Guess guess) -> -guess.probability()))
              .limit(top)
              .toList());
    }

    /** As {@code boot.png: Ankle boot 94.71 %, Sneaker 1.97 %}. */
    @Override
    public String toString() {
      return image + ": " + classes.stream().map(Guess::toString).collect(Collectors.joining(", "));
    }
  }

  /** As {@code Ankle boot 94.71 %}. */
  @Override
  public String toString() {
    return name + " " + Figures.percent(probability);
  }
}
