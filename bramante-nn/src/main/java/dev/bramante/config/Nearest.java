package dev.bramante.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what somebody may have meant. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known word with the fewest edits from the given one, unless more than half of it differs.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(k -> distance(word, k)))
        .filter(k -> 2 * distance(word, k) <= Math.max(word.length(), k.length()));
  }

  /** A sentence such as {@code unknown model "lennet"; did you mean "lenet"?}. */
  public static String complaint(String what, String word, Collection<String> known) {
    String hint =
        to(word, known)
            .map(k -> "did you mean \"" + k + "\"?")
            .orElse("known: " + String.join(", ", known));
    return "unknown " + what + " \"" + word + "\"; " + hint;
  }

  /** The number of letters to insert, delete or replace (Levenshtein 1966). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
