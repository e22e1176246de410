package dev.bramante.generate;

import dev.bramante.engine.Engine;
import dev.bramante.models.Gpt;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Continues texts by a language model. Each text is a function of its prompt, the sampling, and its
 * place among the prompts: not of the others, nor of their lengths.
 */
public final class Generator {
  private static final int ROUND = 64;

  private final Engine engine;
  private final Gpt network;
  private final Weights weights;

  /**
   * Continues by the weights that an engine holds.
   *
   * @param weights their layout
   */
  public Generator(Engine engine, Gpt network, Weights weights) {
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
    var texts = texts(prompts, tokens);
    int n = texts.size();
    var decoder = new Decoder(engine, network, weights, n, capacity(prompts, tokens), false);
    int[] next = new int[n];
    int[] positions = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
    int[] rows = IntStream.range(0, n).toArray();
    float[] logits = decoder.read(prompts);
    while (true) {
      for (Text text : texts) {
        text.add(logits, sampling, tokens, stops, listener);
        next[text.index] = text.last;
      }
      if (texts.stream().allMatch(text -> text.ended)) {
        return texts.stream().map(Text::added).toList();
      }
      logits = decoder.read(next, positions, rows);
      texts.stream().filter(text -> !text.ended).forEach(text -> positions[text.index]++);
    }
  }

  /** Room for all tokens, in steps, so that requests of about the same size use the same graphs. */
  private int capacity(List<int[]> prompts, int tokens) {
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
    int rounded = (longest + tokens + ROUND - 1) / ROUND * ROUND;
    return Math.min(network.positions().entries(), rounded);
  }

  private List<Text> texts(List<int[]> prompts, int tokens) {
    int positions = network.positions().entries();
    int words = network.tokens().entries();
    var texts = new ArrayList<Text>();
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
      texts.add(new Text(texts.size(), prompt, words));
    }
    return texts;
  }

  /** A text in the making. */
  private static final class Text {
    private final int index;
    private final BitSet seen = new BitSet();
    private final float[] scores;
    private int[] ids = new int[16];
    private int count;
    private int last;
    private boolean ended;

    Text(int index, int[] prompt, int words) {
      this.index = index;
      this.scores = new float[words];
      this.last = prompt[prompt.length - 1];
      Arrays.stream(prompt).forEach(seen::set);
    }

    void add(float[] logits, Sampling sampling, int tokens, Set<Integer> stops, Listener listener) {
      if (ended) {
        return;
      }
      if (count == tokens) {
        ended = true;
        return;
      }
      System.arraycopy(logits, index * scores.length, scores, 0, scores.length);
      int id = sampling.choose(scores, seen, index, count);
      if (stops.contains(id)) {
        ended = true;
        return;
      }
      seen.set(id);
      ids = count == ids.length ? Arrays.copyOf(ids, 2 * count) : ids;
      ids[count++] = id;
      last = id;
      ended = !listener.token(index, id) || count == tokens;
    }

    int[] added() {
      return Arrays.copyOf(ids, count);
    }
  }
}
