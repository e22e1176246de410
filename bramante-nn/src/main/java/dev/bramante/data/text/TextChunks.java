package dev.bramante.data.text;

import java.io.IOException;
import java.io.Reader;
import java.util.Arrays;

/**
 * A text in chunks that can be tokenized one by one. They end before white space that follows
 * something else, where tokens of a text end too; where no white space comes for a million
 * characters, between any two.
 */
final class TextChunks {
  private static final int USUAL = 1 << 16;
  private static final int LONGEST = 1 << 20;

  private TextChunks() {}

  /** Takes chunks in their order. */
  @FunctionalInterface
  interface Sink {
    /** Takes one. */
    void take(String chunk) throws IOException;
  }

  /** Reads all of a text; it is never in memory as a whole. */
  static void read(TextSource source, Sink sink) throws IOException {
    read(source, USUAL, LONGEST, sink);
  }

  /** Reads a text in chunks of a usual length, and a largest one. */
  static void read(TextSource source, int usual, int longest, Sink sink) throws IOException {
    try (Reader reader = source.open()) {
      char[] buffer = new char[usual];
      int filled = 0;
      while (true) {
        int count = reader.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
          break;
        }
        filled += count;
        if (filled < buffer.length) {
          continue;
        }
        int end = end(buffer, filled);
        if (end == 0 && filled < longest) {
          buffer = Arrays.copyOf(buffer, Math.min(2 * filled, longest));
          continue;
        }
        end = end > 0 ? end : filled - (Character.isHighSurrogate(buffer[filled - 1]) ? 1 : 0);
        sink.take(new String(buffer, 0, end));
        filled -= end;
        System.arraycopy(buffer, end, buffer, 0, filled);
      }
      if (filled > 0) {
        sink.take(new String(buffer, 0, filled));
      }
    }
  }

  /** Where a chunk may end: before a space if there is one, else before other white space. */
  private static int end(char[] text, int length) {
    int other = 0;
    for (int i = length - 1; i > 0; i--) {
      if (Characters.space(text[i]) && !Characters.space(text[i - 1])) {
        if (text[i] == ' ') {
          return i;
        }
        other = Math.max(other, i);
      }
    }
    return other;
  }
}
