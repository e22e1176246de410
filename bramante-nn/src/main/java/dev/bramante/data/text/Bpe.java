package dev.bramante.data.text;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * Byte-pair encoding (Sennrich et al. 2016): a piece begins as its characters; of all neighbours
 * that have a merge, the ones whose merge was learnt first are joined, the leftmost before others,
 * until no merge applies.
 */
final class Bpe implements WordModel {
  private static final int REMEMBERED_PIECES = 100_000;
  private static final int REMEMBERED_LENGTH = 64;

  private final Vocabulary vocabulary;
  private final List<Merge> merges;
  private final Options options;
  private final Map<Long, Merged> ranks = new HashMap<>();
  private final Map<String, int[]> seen = new ConcurrentHashMap<>();

  /** Two tokens that become one. */
  record Merge(String left, String right) {}

  /**
   * What a file may say beside vocabulary and merges.
   *
   * @param unknown the token for characters outside the vocabulary, which are dropped without one
   * @param fuseUnknown whether unknown characters in a row become one token
   * @param continuation what begins the tokens that don't begin a piece
   * @param suffix what ends the tokens that end a piece
   * @param byteFallback whether unknown characters become their bytes, as {@code <0xE2>}
   * @param wholeFirst whether a piece that is a token is taken as it is
   */
  record Options(
      Optional<String> unknown,
      boolean fuseUnknown,
      String continuation,
      String suffix,
      boolean byteFallback,
      boolean wholeFirst) {
    static final Options GPT2 = new Options(Optional.empty(), false, "", "", false, false);
  }

  private record Merged(int rank, int id) {}

  /**
   * Prepares the merges.
   *
   * @throws IllegalArgumentException if a merge, or the unknown token, isn't in the vocabulary
   */
  Bpe(Vocabulary vocabulary, List<Merge> merges, Options options) {
    this.vocabulary = vocabulary;
    this.merges = List.copyOf(merges);
    this.options = options;
    options.unknown().ifPresent(this::known);
    for (int rank = 0; rank < merges.size(); rank++) {
      var merge = merges.get(rank);
      int left = known(merge.left());
      int right = known(merge.right());
      String rest = merge.right();
      if (!options.continuation().isEmpty() && rest.startsWith(options.continuation())) {
        rest = rest.substring(options.continuation().length());
      }
      ranks.put(pair(left, right), new Merged(rank, known(merge.left() + rest)));
    }
  }

  private int known(String token) {
    int id = vocabulary.id(token);
    if (id < 0) {
      throw new IllegalArgumentException(
          "the token \"" + token + "\" of the merges isn't in the vocabulary");
    }
    return id;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The merges, the first learnt first. */
  List<Merge> merges() {
    return merges;
  }

  Options options() {
    return options;
  }

  @Override
  public void encode(String piece, IntStream.Builder ids) {
    if (piece.isEmpty()) {
      return;
    }
    int[] found = seen.get(piece);
    if (found == null) {
      found = tokens(piece);
      if (piece.length() <= REMEMBERED_LENGTH && seen.size() < REMEMBERED_PIECES) {
        seen.put(piece, found);
      }
    }
    for (int id : found) {
      ids.add(id);
    }
  }

  private int[] tokens(String piece) {
    int whole = options.wholeFirst() ? vocabulary.id(piece) : -1;
    return whole >= 0 ? new int[] {whole} : merge(symbols(piece));
  }

  /** The ids of the characters. */
  private int[] symbols(String piece) {
    var ids = IntStream.builder();
    boolean afterUnknown = false;
    for (int i = 0; i < piece.length(); ) {
      int next = piece.offsetByCodePoints(i, 1);
      String character = piece.substring(i, next);
      String symbol =
          (i > 0 ? options.continuation() : "")
              + character
              + (next == piece.length() ? options.suffix() : "");
      int id = vocabulary.id(symbol);
      boolean unknown = id < 0 && !(options.byteFallback() && bytes(symbol, ids));
      if (id >= 0) {
        ids.add(id);
      } else if (unknown && options.unknown().isPresent()) {
        if (!(afterUnknown && options.fuseUnknown())) {
          ids.add(vocabulary.id(options.unknown().get()));
        }
      }
      afterUnknown = unknown;
      i = next;
    }
    return ids.build().toArray();
  }

  /** Adds a character's bytes, if all of them have tokens. */
  private boolean bytes(String symbol, IntStream.Builder ids) {
    byte[] bytes = symbol.getBytes(StandardCharsets.UTF_8);
    int[] found =
        IntStream.range(0, bytes.length)
            .map(i -> vocabulary.id("<0x%02X>".formatted(bytes[i])))
            .toArray();
    boolean all = IntStream.of(found).allMatch(id -> id >= 0);
    if (all) {
      IntStream.of(found).forEach(ids);
    }
    return all;
  }

  /** A place where a merge may be done, as long as the pair is still there. */
  private record Candidate(int rank, int at, int left, int right) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      return rank != other.rank ? Integer.compare(rank, other.rank) : Integer.compare(at, other.at);
    }
  }

  private int[] merge(int[] symbols) {
    int n = symbols.length;
    var next = IntStream.rangeClosed(1, n).toArray();
    var previous = IntStream.range(-1, n).toArray();
    var candidates = new PriorityQueue<Candidate>();
    for (int i = 0; i + 1 < n; i++) {
      offer(candidates, symbols, i, i + 1);
    }
    while (!candidates.isEmpty()) {
      var best = candidates.poll();
      int at = best.at();
      int right = symbols[at] == best.left() ? next[at] : n;
      if (right >= n || symbols[right] != best.right()) {
        continue; // one of the two was merged with another since
      }
      symbols[at] = ranks.get(pair(best.left(), best.right())).id();
      symbols[right] = -1;
      next[at] = next[right];
      if (next[at] < n) {
        previous[next[at]] = at;
        offer(candidates, symbols, at, next[at]);
      }
      if (previous[at] >= 0) {
        offer(candidates, symbols, previous[at], at);
      }
    }
    return IntStream.of(symbols).filter(id -> id >= 0).toArray();
  }

  private void offer(PriorityQueue<Candidate> candidates, int[] symbols, int left, int right) {
    var merged = ranks.get(pair(symbols[left], symbols[right]));
    if (merged != null) {
      candidates.add(new Candidate(merged.rank(), left, symbols[left], symbols[right]));
    }
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }
}
