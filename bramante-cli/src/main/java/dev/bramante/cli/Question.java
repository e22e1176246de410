package dev.bramante.cli;

import java.io.IOException;

/**
 * An input that somebody wants a network's answer for.
 *
 * @param name what people call it
 * @param content its numbers
 */
record Question(String name, Content content) {
  /** Where an input's numbers come from. */
  @FunctionalInterface
  interface Content {
    /**
     * Writes the numbers as they are before normalisation, row-major from {@code offset}.
     *
     * @throws IOException if they cannot be read
     */
    void read(float[] into, int offset) throws IOException;
  }

  /** The same with dark for bright and bright for dark, of an image with so many numbers. */
  Question inverted(int size) {
    return new Question(
        name,
        (into, offset) -> {
          content.read(into, offset);
          for (int i = offset; i < offset + size; i++) {
            into[i] = 1 - into[i];
          }
        });
  }
}
