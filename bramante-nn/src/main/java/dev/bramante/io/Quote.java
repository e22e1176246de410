package dev.bramante.io;

/** Shows text from outside in a message: on one line, of bounded length. */
public final class Quote {
  private static final int LONGEST = 120;

  private Quote() {}

  /** The text in quotes. */
  public static String quote(String text) {
    return '"' + clean(text) + '"';
  }

  /** The text without quotes. */
  public static String clean(String text) {
    var shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      // A file must not be able to move the cursor of the terminal that shows the message.
      if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        shown.append(String.format("\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return text.length() > LONGEST ? shown + "…" : shown.toString();
  }
}
