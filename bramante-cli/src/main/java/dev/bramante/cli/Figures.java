package dev.bramante.cli;

import java.util.Locale;

/** Numbers for people. */
final class Figures {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T"};

  private Figures() {}

  /** As {@code 87.60 %}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** As {@code 0:07}, {@code 12:30} or {@code 1:02:03}. */
  static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }

  /** As {@code 5.3 MB}. */
  static String bytes(double count) {
    return scaled(count) + "B";
  }

  /** As {@code 5.3 M}, to be followed by a unit. */
  static String scaled(double number) {
    int prefix = 0;
    double value = number;
    while (value >= 999.5 && prefix < PREFIXES.length - 1) {
      value /= 1000;
      prefix++;
    }
    String digits = String.format(Locale.ROOT, prefix == 0 ? "%.0f" : "%.1f", value);
    return digits + " " + PREFIXES[prefix];
  }
}
