package dev.bramante.generate;

import dev.bramante.engine.Engine;
import dev.bramante.models.Transformer;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Translates by an encoder and a decoder. Each translation is a function of its source, not of the
 * others. Not safe for use by several threads.
 */
public final class Translator {
  /** Texts that are translated at once. */
  private static final int TEXTS = 16;

  /** Lengths of sources are rounded up, so that many share a graph. */
  private static final int ROUND = 16;

  /** Decoders that are kept, which are those used last: each has memory for its texts. */
  static final int DECODERS = 16;

  private final Engine engine;
  private final Transformer network;
  private final WeightSource weights;
  private final int begin;
  private final int end;
  private final LinkedHashMap<Room, TranslationDecoder> decoders =
      new LinkedHashMap<>(16, 0.75f, true);

  /** What a decoder is made for. */
  private record Room(int texts, int beams, int sourceLength) {
    /** Tokens of a target at most. */
    int tokens() {
      return 2 * sourceLength + ROUND;
    }
  }

  /**
   * Translates by the weights that an engine holds.
   *
   * @param weights their layout
   * @param begin the token that begins a target
   * @param end the token that ends it
   */
  public Translator(Engine engine, Transformer network, Weights weights, int begin, int end) {
    this(engine, network, (WeightSource) weights::bind, begin, end);
  }

  /**
   * Translates by the weights that an engine holds in some form.
   *
   * @param weights where they are
   * @param begin the token that begins a target
   * @param end the token that ends it
   */
  public Translator(Engine engine, Transformer network, WeightSource weights, int begin, int end) {
    this.engine = engine;
    this.network = network;
    this.weights = weights;
    this.begin = begin;
    this.end = end;
  }

  /**
   * The likeliest token each time.
   *
   * @param sources token ids as the encoder was trained on, with the end; at least one each
   * @return the ids of the translations, without beginning and end
   * @throws IllegalArgumentException if a source is empty or has an unknown id
   */
  public List<int[]> greedy(List<int[]> sources) {
    return all(
        sources,
        1,
        (decoder, room, first) ->
            Continuations.of(
                decoder,
                first,
                Collections.nCopies(room.texts, new int[] {begin}),
                room.tokens() - 1,
                Sampling.GREEDY,
                Set.of(end),
                (text, id) -> true));
  }

  /**
   * Translations that are likely as a whole.
   *
   * @param sources as for {@link #greedy}
   */
  public List<int[]> search(List<int[]> sources, BeamSearch search) {
    return all(
        sources,
        search.beams(),
        (decoder, room, first) ->
            search.search(decoder, first, room.texts, 1, room.tokens() - 1, Set.of(end)));
  }

  /** Makes translations by a decoder that has read the sources and the targets' beginning. */
  private interface Way {
    List<int[]> translations(TranslationDecoder decoder, Room room, float[] first);
  }

  private List<int[]> all(List<int[]> sources, int beams, Way way) {
    sources.forEach(this::check);
    int[][] results = new int[sources.size()][];
    int texts = Math.min(TEXTS, results.length);
    Map<Integer, List<Integer>> byLength =
        IntStream.range(0, results.length)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    i -> Math.ceilDiv(sources.get(i).length, ROUND) * ROUND,
                    TreeMap::new,
                    Collectors.toList()));
    byLength.forEach((length, members) -> {
      var room = new Room(texts, beams, length);
      for (int i = 0; i < members.size(); i += texts) {
        List<Integer> some = members.subList(i, Math.min(i + texts, members.size()));
        List<int[]> found = some(some.stream().map(sources::get).toList(), room, way);
        for (int k = 0; k < some.size(); k++) {
          results[some.get(k)] = found.get(k);
        }
      }
    });
    return List.of(results);
  }

  private List<int[]> some(List<int[]> sources, Room room, Way way) {
    if (!decoders.containsKey(room) && decoders.size() == DECODERS) {
      decoders.pollFirstEntry();
    }
    var decoder = decoders.computeIfAbsent(room, this::decoder);
    var rows = new ArrayList<int[]>();
    for (int text = 0; text < room.texts; text++) {
      // Rows without a text translate the first once more.
      int[] source = sources.get(text < sources.size() ? text : 0);
      rows.addAll(Collections.nCopies(room.beams, source));
    }
    decoder.begin(rows);
    int[] ids = new int[rows.size()];
    Arrays.fill(ids, begin);
    int[] own = IntStream.range(0, ids.length).toArray();
    float[] first = decoder.read(ids, new int[ids.length], own);
    return way.translations(decoder, room, first);
  }

  /** How many decoders there are now. */
  int decoders() {
    return decoders.size();
  }

  private TranslationDecoder decoder(Room room) {
    return new TranslationDecoder(
        engine,
        network,
        weights,
        room.texts * room.beams,
        room.sourceLength,
        room.tokens(),
        room.beams > 1);
  }

  private void check(int[] source) {
    if (source.length == 0) {
      throw new IllegalArgumentException("a text to translate is empty; give at least one word");
    }
    int words = network.embed().entries();
    for (int id : source) {
      if (id < 0 || id >= words) {
        throw new IllegalArgumentException(
            "the token id %d is not among the model's %d; is it another's tokenizer?"
                .formatted(id, words));
      }
    }
  }
}
