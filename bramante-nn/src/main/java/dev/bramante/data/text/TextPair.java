package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A text and its translation.
 *
 * @param line where they stand in their file, from 1
 */
public record TextPair(String source, String target, int line) {
  /**
   * Reads pairs, one a line, separated by a tab.
   *
   * @throws FileFormatException if a line isn't such a pair, or the text isn't UTF-8; with the line
   */
  public static List<TextPair> list(TextSource file) throws IOException {
    var pairs = new ArrayList<TextPair>();
    try (BufferedReader reader = file.open()) {
      for (String line; (line = reader.readLine()) != null; ) {
        pairs.add(pair(file.name(), pairs.size() + 1, line));
      }
    }
    if (pairs.isEmpty()) {
      throw new FileFormatException(
          file.name(), "there are no pairs", "give lines of source, tab and target");
    }
    return List.copyOf(pairs);
  }

  private static TextPair pair(String file, int number, String line) throws FileFormatException {
    int tab = line.indexOf('\t');
    if (tab < 0) {
      throw wrong(file, number, "there is no tab between source and target");
    }
    if (line.indexOf('\t', tab + 1) >= 0) {
      throw wrong(file, number, "there is more than one tab");
    }
    String source = line.substring(0, tab).strip();
    String target = line.substring(tab + 1).strip();
    if (source.isEmpty() || target.isEmpty()) {
      throw wrong(file, number, "the " + (source.isEmpty() ? "source" : "target") + " is empty");
    }
    return new TextPair(source, target, number);
  }

  private static FileFormatException wrong(String file, int number, String problem) {
    return new FileFormatException(
        file,
        "line " + number + ": " + problem,
        "correct the line or leave it out: source, tab, target");
  }
}
