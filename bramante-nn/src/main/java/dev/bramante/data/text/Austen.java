package dev.bramante.data.text;

import java.util.List;
import java.util.stream.Stream;

/** Six novels by Jane Austen, which come with Bramante: four million characters of English. */
public final class Austen {
  private Austen() {}

  /** Five novels to learn from. */
  public static List<TextSource> training() {
    return Stream.of(
            "emma",
            "mansfield-park",
            "northanger-abbey",
            "pride-and-prejudice",
            "sense-and-sensibility")
        .map(Austen::novel)
        .toList();
  }

  /** The sixth, "Persuasion", to measure by. */
  public static List<TextSource> validation() {
    return List.of(novel("persuasion"));
  }

  private static TextSource novel(String name) {
    return TextSource.resource("austen/" + name + ".txt.gz");
  }
}
