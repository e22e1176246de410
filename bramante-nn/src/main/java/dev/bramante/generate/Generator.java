package dev.bramante.generate;

import dev.bramante.engine.Engine;
import dev.bramante.models.Gpt;
import dev.bramante.train.Weights;
import java.util.List;
import java.util.Set;

/**
 * Continues texts by a language model. Each text is a function of its prompt, the sampling, and its
 * place among the prompts: not of the others, nor of their lengths.
 */
public final class Generator {
  private static final int ROUND = 64;

  private final Engine engine;
  private final Gpt network;
  private final WeightSource weights;

  /**
   * Continues by the weights that an engine holds.
   *
   * @param weights their layout
   */
  public Generator(Engine engine, Gpt network, Weights weights) {
    this(engine, network, (WeightSource) weights::bind);
  }

  /**
   * Continues by the weights that an engine holds in some form.
   *
   * @param weights where they are
   */
  public Generator(Engine engine, Gpt network, WeightSource weights) {
    this.engine = engine;
    this.network = network;
    this.weights = weights;
  }

  /** Hears of tokens as they come. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A token has been chosen.
     *
     * @param text the index of its prompt
     * @return whether this text should go on
     */
    boolean token(int text, int id);
  }

  /**
   * Continues each prompt until a stop token, which isn't part of the result, a listener's no, or
   * the number of tokens.
   *
   * @param prompts token ids, at least one each
   * @param tokens how many to add at most
   * @return the ids that were added to each
   * @throws IllegalArgumentException if a prompt is empty, has an unknown id, or doesn't leave room
   *     in the model's context
   */
  public List<int[]> generate(
      List<int[]> prompts, int tokens, Sampling sampling, Set<Integer> stops, Listener listener) {
    check(prompts, tokens);
    var decoder =
        new Decoder(engine, network, weights, prompts.size(), capacity(prompts, tokens), false);
    float[] first = decoder.read(prompts);
    return Continuations.of(decoder, first, prompts, tokens, sampling, stops, listener);
  }

  /** Room for all tokens, in steps, so that requests of about the same size use the same graphs. */
  private int capacity(List<int[]> prompts, int tokens) {
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
    int rounded = (longest + tokens + ROUND - 1) / ROUND * ROUND;
    return Math.min(network.positions().entries(), rounded);
  }

  private void check(List<int[]> prompts, int tokens) {
    int positions = network.positions().entries();
    int words = network.tokens().entries();
    for (int[] prompt : prompts) {
      if (prompt.length == 0) {
        throw new IllegalArgumentException("a prompt is empty; begin with at least one token");
      }
      if (prompt.length + tokens > positions) {
        throw new IllegalArgumentException(
            "a prompt of %d tokens and %d more don't fit the context of %d; shorten one of them"
                .formatted(prompt.length, tokens, positions));
      }
      for (int id : prompt) {
        if (id < 0 || id >= words) {
          throw new IllegalArgumentException(
              "the token id %d is not among the model's %d; is it another's tokenizer?"
                  .formatted(id, words));
        }
      }
    }
  }
}
