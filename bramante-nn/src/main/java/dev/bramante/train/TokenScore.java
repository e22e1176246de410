package dev.bramante.train;

import java.util.List;
import java.util.Locale;

/**
 * How well a network predicts tokens.
 *
 * @param count the number of tokens
 * @param loss the mean cross-entropy of a token, in nats
 * @param accuracy the share of tokens that have the largest logit
 * @param characters how many characters the tokens stand for; 0 where nobody knows
 */
public record TokenScore(int count, double loss, double accuracy, long characters)
    implements Score {
  /** The perplexity: the number of equally likely tokens that would be as hard to predict. */
  public double perplexity() {
    return Math.exp(loss);
  }

  /** The bits that a character takes by the network's prediction; NaN where nobody knows. */
  public double bitsPerCharacter() {
    return characters == 0 ? Double.NaN : loss * count / Math.log(2) / characters;
  }

  @Override
  public double value() {
    return -loss;
  }

  @Override
  public List<String> names() {
    return List.of("loss", "perplexity", "accuracy", "bits_per_character");
  }

  @Override
  public List<Double> numbers() {
    return List.of(loss, perplexity(), accuracy, bitsPerCharacter());
  }

  /** For people. */
  @Override
  public String toString() {
    String bits =
        characters == 0
            ? ""
            : String.format(Locale.ROOT, ", %.3f bits a character", bitsPerCharacter());
    return String.format(
        Locale.ROOT,
        "loss %.4f, perplexity %.2f%s, %.1f %% of tokens right",
        loss,
        perplexity(),
        bits,
        100 * accuracy);
  }
}
