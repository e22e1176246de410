package dev.bramante.data.text;

/**
 * Bible verses in English, each with a Spanish one beside it, which come with Bramante: pairs of at
 * most 20 words a side, separated by a tab. No chapter is in two of the parts.
 */
public final class Verses {
  private Verses() {}

  /** 11,127 pairs to learn from. */
  public static TextSource training() {
    return part("train");
  }

  /** 448 pairs to choose by. */
  public static TextSource validation() {
    return part("valid");
  }

  /** 549 pairs to measure by. */
  public static TextSource test() {
    return part("test");
  }

  private static TextSource part(String name) {
    return TextSource.resource("bible-en-es/" + name + ".tsv.gz");
  }
}
