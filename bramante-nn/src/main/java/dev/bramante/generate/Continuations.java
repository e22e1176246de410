package dev.bramante.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Continues sequences token by token, each by itself. */
final class Continuations {
  private Continuations() {}

  /**
   * Continues until each has ended.
   *
   * @param first the logits of what follows the prompts
   * @param prompts what the sequences have read
   * @param tokens how many to add at most
   * @return the ids that were added to each
   */
  static List<int[]> of(
      Sequences sequences,
      float[] first,
      List<int[]> prompts,
      int tokens,
      Sampling sampling,
      Set<Integer> stops,
      Generator.Listener listener) {
    var texts = new ArrayList<Text>();
    prompts.forEach(prompt -> texts.add(new Text(texts.size(), prompt, sequences.words())));
    int[] next = new int[texts.size()];
    int[] positions = prompts.stream().mapToInt(prompt -> prompt.length).toArray();
    int[] rows = IntStream.range(0, texts.size()).toArray();
    float[] logits = first;
    while (true) {
      for (Text text : texts) {
        text.add(logits, sampling, tokens, stops, listener);
        next[text.index] = text.last;
      }
      if (texts.stream().allMatch(text -> text.ended)) {
        return texts.stream().map(Text::added).toList();
      }
      logits = sequences.read(next, positions, rows);
      texts.stream().filter(text -> !text.ended).forEach(text -> positions[text.index]++);
    }
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

    void add(
        float[] logits,
        Sampling sampling,
        int tokens,
        Set<Integer> stops,
        Generator.Listener listener) {
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
