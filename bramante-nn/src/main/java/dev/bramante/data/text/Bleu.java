package dev.bramante.data.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * BLEU of a corpus (Papineni et al. 2002), computed as sacrebleu 2 does by default (Post 2018):
 * tokens as mteval-v13a's, n-grams to 4, one reference, exponential smoothing.
 *
 * @param score from 0 to 100
 * @param precisions the share of n-grams that the reference has, in percent, for n from 1 to 4
 * @param brevity the penalty for texts shorter than the references, at most 1
 */
public record Bleu(double score, List<Double> precisions, double brevity) {
  private static final int ORDER = 4;
  private static final Pattern SIGNS = Pattern.compile("([{-~\\[-` -&(-+:-@/])");
  private static final Pattern SIGN_AFTER = Pattern.compile("([^0-9])([.,])");
  private static final Pattern SIGN_BEFORE = Pattern.compile("([.,])([^0-9])");
  private static final Pattern DASH = Pattern.compile("([0-9])(-)");
  private static final Pattern SPACE = Splitter.pattern("\\s+");

  /**
   * The score of translations.
   *
   * @param translations one for each reference
   * @throws IllegalArgumentException if their numbers differ
   */
  public static Bleu of(List<String> translations, List<String> references) {
    if (translations.size() != references.size()) {
      throw new IllegalArgumentException(
          translations.size() + " translations of " + references.size() + " references");
    }
    var found = new long[ORDER];
    var total = new long[ORDER];
    long length = 0;
    long expected = 0;
    for (int i = 0; i < translations.size(); i++) {
      var translation = tokens(translations.get(i));
      var reference = tokens(references.get(i));
      length += translation.size();
      expected += reference.size();
      for (int n = 1; n <= ORDER; n++) {
        var wanted = grams(reference, n);
        for (var gram : grams(translation, n).entrySet()) {
          found[n - 1] += Math.min(gram.getValue(), wanted.getOrDefault(gram.getKey(), 0));
          total[n - 1] += gram.getValue();
        }
      }
    }
    return of(found, total, length, expected);
  }

  private static Bleu of(long[] found, long[] total, long length, long expected) {
    double brevity =
        length >= expected ? 1 : length == 0 ? 0 : Math.exp(1 - (double) expected / length);
    if (Arrays.stream(found).allMatch(count -> count == 0)) {
      return new Bleu(0, List.of(0.0, 0.0, 0.0, 0.0), brevity);
    }
    var precisions = new Double[ORDER];
    Arrays.fill(precisions, 0.0);
    double smooth = 1;
    for (int n = 0; n < ORDER && total[n] > 0; n++) {
      smooth *= found[n] == 0 ? 2 : 1;
      precisions[n] = 100.0 * (found[n] == 0 ? 1 / smooth : found[n]) / total[n];
    }
    double logs = Arrays.stream(precisions).mapToDouble(Math::log).sum();
    return new Bleu(brevity * Math.exp(logs / ORDER), List.of(precisions), brevity);
  }

  private static Map<List<String>, Integer> grams(List<String> tokens, int n) {
    var grams = new HashMap<List<String>, Integer>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      grams.merge(tokens.subList(i, i + n), 1, Integer::sum);
    }
    return grams;
  }

  /** The words and signs that mteval-v13a divides a line into. */
  static List<String> tokens(String line) {
    String text = line.replace("<skipped>", "").replace("-\n", "").replace('\n', ' ');
    text =
        text.replace("&quot;", "\"")
            .replace("&amp;", "&")
            .replace("&lt;", "<")
            .replace("&gt;", ">");
    text = SIGNS.matcher(" " + text + " ").replaceAll(" $1 ");
    text = SIGN_AFTER.matcher(text).replaceAll("$1 $2 ");
    text = SIGN_BEFORE.matcher(text).replaceAll(" $1 $2");
    text = DASH.matcher(text).replaceAll("$1 $2 ");
    return SPACE.splitAsStream(text).filter(token -> !token.isEmpty()).toList();
  }
}
