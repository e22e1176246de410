package dev.bramante.generate;

import dev.bramante.tensor.SplitMix;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * How the next token is chosen from logits: tokens that occurred are made less likely, the logits
 * are divided by the temperature, the unlikely tokens are left out, and one of the others is drawn.
 * A temperature of 0 takes the most likely one.
 *
 * @param temperature 1 for the model's own distribution
 * @param topK how many of the most likely tokens are kept; 0 for all (Fan et al. 2018)
 * @param topP the least number of the most likely tokens whose probabilities reach this are kept; 1
 *     for all (Holtzman et al. 2019)
 * @param minP tokens less likely than this share of the most likely one's probability are left out
 * @param repetitionPenalty what the logits of tokens that occurred are divided by, or multiplied
 *     where they are negative; 1 for none (Keskar et al. 2019)
 * @param seed of the random choices
 */
public record Sampling(
    double temperature, int topK, double topP, double minP, double repetitionPenalty, long seed) {
  /** Always the most likely token. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 0, 1, 0);

  /** Checks the numbers. */
  public Sampling {
    require(temperature >= 0 && temperature < 1e6, "the temperature must be at least 0");
    require(topK >= 0, "top-k must be at least 0");
    require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1");
    require(minP >= 0 && minP <= 1, "min-p must be from 0 to 1");
    require(repetitionPenalty > 0, "the repetition penalty must be above 0");
  }

  private static void require(boolean fits, String problem) {
    if (!fits) {
      throw new IllegalArgumentException(problem);
    }
  }

  /**
   * Chooses a token.
   *
   * @param logits one of each word; they are changed
   * @param seen the tokens so far
   * @param sequence distinguishes the random numbers of several texts
   * @param position distinguishes those of one text
   */
  public int choose(float[] logits, BitSet seen, long sequence, long position) {
    penalize(logits, seen);
    if (temperature == 0) {
      return largest(logits);
    }
    int[] order = order(logits);
    double[] shares = shares(logits, order);
    int kept = kept(shares);
    double sum = Arrays.stream(shares, 0, kept).sum();
    double left = SplitMix.uniform(SplitMix.key(seed, "token " + sequence), position) * sum;
    for (int i = 0; i < kept - 1; i++) {
      left -= shares[i];
      if (left < 0) {
        return order[i];
      }
    }
    return order[kept - 1];
  }

  private void penalize(float[] logits, BitSet seen) {
    if (repetitionPenalty != 1) {
      seen.stream()
          .filter(id -> id < logits.length)
          .forEach(id ->
              logits[id] *= (float) (logits[id] < 0 ? repetitionPenalty : 1 / repetitionPenalty));
    }
  }

  /** The first of the largest. */
  static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** Tokens from the most likely one on; as many as top-k keeps. */
  private int[] order(float[] logits) {
    long[] keys = new long[logits.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(logits[i]);
      int ascending = bits ^ bits >> 31 & Integer.MAX_VALUE; // in the order of the numbers
      keys[i] = (long) ~ascending << 32 | i; // the largest first, of equal ones the first
    }
    Arrays.sort(keys);
    int kept = topK == 0 ? keys.length : Math.min(topK, keys.length);
    return IntStream.range(0, kept).map(i -> (int) keys[i]).toArray();
  }

  private double[] shares(float[] logits, int[] order) {
    double top = logits[order[0]];
    double[] shares = new double[order.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = Math.exp((logits[order[i]] - top) / temperature);
    }
    double sum = Arrays.stream(shares).sum();
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  /** How many of the most likely tokens top-p and min-p keep. */
  private int kept(double[] shares) {
    int kept = 0;
    double sum = 0;
    while (kept < shares.length && (kept == 0 || sum < topP && shares[kept] >= minP * shares[0])) {
      sum += shares[kept++];
    }
    return kept;
  }
}
