package dev.bramante.data.text;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Learns a byte-level BPE from texts (Sennrich et al. 2016; Radford et al. 2019): beginning with
 * the 256 bytes, the pair of tokens that stands together most often becomes a token, and so on. Of
 * equally frequent pairs the one of smaller ids is taken, so that the result depends on the texts
 * only.
 */
public final class BpeTrainer {
  private final List<String> specials;
  private final int size;
  private final long minimum;
  private final Map<String, Long> pieces = new TreeMap<>();

  /**
   * Prepares training. One token, {@code <|endoftext|>}, ends texts.
   *
   * @param size the tokens to end with, of which 256 are the bytes
   * @param minimum how often a pair must stand together to become a token
   */
  public BpeTrainer(int size, int minimum) {
    this(size, minimum, List.of(Tokenizers.END_OF_TEXT));
  }

  /**
   * Prepares training.
   *
   * @param size the tokens to end with, of which 256 are the bytes
   * @param minimum how often a pair must stand together to become a token
   * @param specials tokens that stand for no text, which are the first
   */
  public BpeTrainer(int size, int minimum, List<String> specials) {
    int least = 256 + specials.size();
    if (size < least || size > Vocabulary.MAX_SIZE) {
      throw new IllegalArgumentException(
          "a vocabulary of %d tokens; it needs %d to %d"
              .formatted(size, least, Vocabulary.MAX_SIZE));
    }
    this.specials = List.copyOf(specials);
    this.size = size;
    this.minimum = Math.max(1, minimum);
  }

  /** Counts the pieces of a text. */
  public void add(String text) {
    for (String piece : new Splitter.Bytes(false, true).split(text)) {
      pieces.merge(piece, 1L, Long::sum);
    }
  }

  /** Counts the pieces of a text that may be larger than memory. */
  public void add(TextSource text) throws IOException {
    TextChunks.read(text, this::add);
  }

  /** Learns the merges of all that was added. */
  public Tokenizer train() {
    var ids = new LinkedHashMap<String, Integer>();
    char[] alphabet = ByteLevel.alphabet();
    Arrays.sort(alphabet);
    specials.forEach(token -> ids.put(token, ids.size()));
    for (char letter : alphabet) {
      ids.put(String.valueOf(letter), ids.size());
    }
    var tokens = new ArrayList<>(ids.keySet());
    var merges = new ArrayList<Bpe.Merge>();
    var words = words(ids);
    var pairs = new Pairs(words);
    while (tokens.size() < size) {
      var best = pairs.most();
      if (best == null || best.count() < minimum) {
        break;
      }
      String left = tokens.get(best.left());
      String right = tokens.get(best.right());
      merges.add(new Bpe.Merge(left, right));
      // Two ways to the same text are one token, as when "a"+"bc" follows "ab"+"c".
      Integer known = ids.putIfAbsent(left + right, tokens.size());
      if (known == null) {
        tokens.add(left + right);
      }
      pairs.merge(best, ids.get(left + right));
    }
    var model = new Bpe(new Vocabulary(ids), merges, Bpe.Options.GPT2);
    return Tokenizers.byteLevel(model, specials);
  }

  private List<Word> words(Map<String, Integer> ids) {
    var words = new ArrayList<Word>();
    pieces.forEach((piece, count) ->
        words.add(
            new Word(piece.chars().map(c -> ids.get(String.valueOf((char) c))).toArray(), count)));
    return words;
  }

  /** A piece as the tokens so far, and how often it occurs. */
  private static final class Word {
    private int[] tokens;
    private final long count;

    Word(int[] tokens, long count) {
      this.tokens = tokens;
      this.count = count;
    }

    /** Joins each occurrence of a pair from left to right. */
    void join(int left, int right, int joined) {
      int kept = 0;
      for (int i = 0; i < tokens.length; i++) {
        boolean found = i + 1 < tokens.length && tokens[i] == left && tokens[i + 1] == right;
        tokens[kept++] = found ? joined : tokens[i];
        i += found ? 1 : 0;
      }
      tokens = Arrays.copyOf(tokens, kept);
    }
  }

  /** How often a pair stood together when this was noted. */
  private record Count(long count, int left, int right) implements Comparable<Count> {
    @Override
    public int compareTo(Count other) {
      if (count != other.count) {
        return Long.compare(other.count, count);
      }
      return left != other.left
          ? Integer.compare(left, other.left)
          : Integer.compare(right, other.right);
    }
  }

  /** The counts of all pairs, and the words where each occurs. */
  private static final class Pairs {
    private final List<Word> words;
    private final Map<Long, Long> counts = new HashMap<>();
    private final Map<Long, Set<Integer>> places = new HashMap<>();
    private final PriorityQueue<Count> queue = new PriorityQueue<>();

    Pairs(List<Word> words) {
      this.words = words;
      for (int i = 0; i < words.size(); i++) {
        count(i, 1, new HashSet<>());
      }
      counts.keySet().forEach(this::note);
    }

    /** The pair that stands together most often, or null. */
    Count most() {
      while (!queue.isEmpty()) {
        var best = queue.poll();
        if (counts.getOrDefault(key(best.left(), best.right()), 0L) == best.count()) {
          return best;
        }
      }
      return null;
    }

    void merge(Count pair, int joined) {
      var changed = new HashSet<Long>();
      for (int word : places.remove(key(pair.left(), pair.right()))) {
        count(word, -1, changed);
        words.get(word).join(pair.left(), pair.right(), joined);
        count(word, 1, changed);
      }
      counts.remove(key(pair.left(), pair.right()));
      changed.forEach(this::note);
    }

    private void count(int index, int sign, Set<Long> changed) {
      var word = words.get(index);
      for (int i = 0; i + 1 < word.tokens.length; i++) {
        long key = key(word.tokens[i], word.tokens[i + 1]);
        counts.merge(key, sign * word.count, Long::sum);
        changed.add(key);
        if (sign > 0) {
          places.computeIfAbsent(key, k -> new HashSet<>()).add(index);
        }
      }
    }

    private void note(long key) {
      long count = counts.getOrDefault(key, 0L);
      if (count > 0) {
        queue.add(new Count(count, (int) (key >> 32), (int) key));
      } else {
        counts.remove(key);
      }
    }

    private static long key(int left, int right) {
      return (long) left << 32 | right;
    }
  }
}
