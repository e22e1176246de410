package dev.bramante.cli;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a network says of an input, or why it says nothing. */
sealed interface Answer {
  /**
   * What an image shows, or of which class a row is.
   *
   * @param image its name
   * @param classes the likeliest, first of all the likeliest
   */
  record Classes(String image, List<Guess> classes) implements Answer {
    /** The likeliest classes of an image. */
    static Classes of(String image, float[] probabilities, List<String> names, int top) {
      return new Classes(
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
      return joined(image, classes);
    }
  }

  /**
   * The numbers that belong to a row.
   *
   * @param row its name
   * @param values in the units of the table
   */
  record Values(String row, List<Value> values) implements Answer {
    /** The numbers under their columns' names. */
    static Values of(String row, float[] values, List<String> names) {
      return new Values(
          row,
          IntStream.range(0, values.length)
              .mapToObj(i -> new Value(names.get(i), values[i]))
              .toList());
    }

    /** As {@code houses.csv[0]: price 51234.5}. */
    @Override
    public String toString() {
      return joined(row, values);
    }
  }

  /** A number under its column's name. */
  record Value(String name, float value) {
    @Override
    public String toString() {
      return name + " " + value;
    }
  }

  /**
   * An image that cannot be read.
   *
   * @param image its name
   * @param error why, and what to do about it
   */
  record Failure(String image, String error) implements Answer {
    @Override
    public String toString() {
      return error;
    }
  }

  private static String joined(String name, List<?> parts) {
    return name + ": " + parts.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
