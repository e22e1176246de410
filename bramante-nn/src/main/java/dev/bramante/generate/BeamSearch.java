package dev.bramante.generate;

import dev.bramante.engine.Engine;
import dev.bramante.models.Gpt;
import dev.bramante.train.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Looks for a likely continuation as a whole: of all continuations of some texts by one token, the
 * most likely ones are kept, step by step (section 3.2 of Sutskever et al. 2014; the penalty of
 * length is that of Wu et al. 2016 without its constant).
 *
 * @param beams how many texts are kept
 * @param lengthPenalty the power of the length by which the sum of log-probabilities is divided: 0
 *     favours short texts, larger ones favour long texts
 */
public record BeamSearch(int beams, double lengthPenalty) {
  /** Checks the number. */
  public BeamSearch {
    if (beams < 1) {
      throw new IllegalArgumentException("at least one beam is needed, not " + beams);
    }
  }

  /** A continuation: what was added, the sum of its log-probabilities, and the row it is in. */
  private record Beam(int[] ids, double score, int row) {
    Beam plus(int id, double logProbability) {
      int[] longer = Arrays.copyOf(ids, ids.length + 1);
      longer[ids.length] = id;
      return new Beam(longer, score + logProbability, row);
    }
  }

  /**
   * The likeliest continuation that was found.
   *
   * @param stops tokens that end a text; they are not part of the result
   */
  public int[] continuation(
      Engine engine, Gpt network, Weights weights, int[] prompt, int tokens, Set<Integer> stops) {
    return continuation(engine, network, (WeightSource) weights::bind, prompt, tokens, stops);
  }

  /** The same by the weights that an engine holds in some form. */
  public int[] continuation(
      Engine engine,
      Gpt network,
      WeightSource weights,
      int[] prompt,
      int tokens,
      Set<Integer> stops) {
    int positions = network.positions().entries();
    if (prompt.length == 0 || prompt.length + tokens > positions) {
      throw new IllegalArgumentException(
          "a prompt of %d tokens and %d more don't fit the context of %d"
              .formatted(prompt.length, tokens, positions));
    }
    var decoder = new Decoder(engine, network, weights, beams, prompt.length + tokens, beams > 1);
    float[] first = decoder.read(Collections.nCopies(beams, prompt));
    return search(decoder, first, 1, prompt.length, tokens, stops).getFirst();
  }

  /**
   * The likeliest continuations of several texts, each of which has as many rows of the sequences
   * as there are beams.
   *
   * @param first the logits of what follows, of which those of a text are the same
   * @param position of the first token to add
   */
  List<int[]> search(
      Sequences sequences, float[] first, int texts, int position, int tokens, Set<Integer> stops) {
    List<Search> searches =
        IntStream.range(0, texts).mapToObj(text -> new Search(text * beams)).toList();
    int[] ids = new int[texts * beams];
    int[] positions = new int[ids.length];
    int[] rows = IntStream.range(0, ids.length).toArray();
    float[] logits = first;
    for (int added = 1; ; added++) {
      for (Search search : searches) {
        search.advance(logits, sequences.words(), stops);
        search.fill(ids, rows);
      }
      if (added == tokens || searches.stream().allMatch(Search::done)) {
        return searches.stream().map(Search::best).toList();
      }
      Arrays.fill(positions, position + added - 1);
      logits = sequences.read(ids, positions, rows);
    }
  }

  private double value(Beam beam) {
    return beam.score / Math.pow(Math.max(1, beam.ids.length), lengthPenalty);
  }

  private double highest(List<Beam> texts) {
    return texts.stream().mapToDouble(this::value).max().orElse(Double.NEGATIVE_INFINITY);
  }

  /** The search for one text's continuation. */
  private final class Search {
    private final int begin;
    private final List<Beam> ended = new ArrayList<>();
    private List<Beam> kept;
    private boolean done;

    Search(int begin) {
      this.begin = begin;
      this.kept = List.of(new Beam(new int[0], 0, begin));
    }

    boolean done() {
      return done;
    }

    void advance(float[] logits, int words, Set<Integer> stops) {
      if (done) {
        return;
      }
      List<Beam> grown = grown(logits, words);
      kept = new ArrayList<>();
      for (Beam beam : grown) {
        if (kept.size() == beams) {
          break;
        }
        int before = beam.ids.length - 1;
        if (stops.contains(beam.ids[before])) {
          ended.add(new Beam(Arrays.copyOf(beam.ids, before), beam.score, beam.row));
        } else {
          kept.add(beam);
        }
      }
      done = ended.size() >= beams && highest(ended) >= highest(kept);
    }

    /** The likeliest of all texts that are one token longer, twice as many as are kept. */
    private List<Beam> grown(float[] logits, int words) {
      var grown = new ArrayList<Beam>();
      for (Beam beam : kept) {
        int offset = beam.row * words;
        double log = logSum(logits, offset, words);
        for (int id : largest(logits, offset, words, 2 * beams)) {
          grown.add(beam.plus(id, logits[offset + id] - log));
        }
      }
      grown.sort(Comparator.comparingDouble(beam -> -beam.score));
      return grown.subList(0, Math.min(2 * beams, grown.size()));
    }

    /** Says what each row reads next, and which row it continues. */
    void fill(int[] ids, int[] rows) {
      var moved = new ArrayList<Beam>();
      for (int i = 0; i < kept.size(); i++) {
        Beam beam = kept.get(i);
        ids[begin + i] = beam.ids[beam.ids.length - 1];
        rows[begin + i] = beam.row;
        moved.add(new Beam(beam.ids, beam.score, begin + i));
      }
      kept = moved;
    }

    int[] best() {
      return Stream.concat(ended.stream(), kept.stream())
          .max(Comparator.comparingDouble(BeamSearch.this::value))
          .orElseThrow()
          .ids;
    }
  }

  private static double logSum(float[] logits, int offset, int words) {
    double top = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < words; i++) {
      top = Math.max(top, logits[offset + i]);
    }
    double sum = 0;
    for (int i = 0; i < words; i++) {
      sum += Math.exp(logits[offset + i] - top);
    }
    return top + Math.log(sum);
  }

  /** The indices of the largest, in descending order; of equal ones the first. */
  private static int[] largest(float[] logits, int offset, int words, int count) {
    int[] found = new int[Math.min(count, words)];
    int size = 0;
    for (int id = 0; id < words; id++) {
      float logit = logits[offset + id];
      if (size == found.length && logit <= logits[offset + found[size - 1]]) {
        continue;
      }
      int at = size == found.length ? size - 1 : size++;
      while (at > 0 && logits[offset + found[at - 1]] < logit) {
        found[at] = found[at - 1];
        at--;
      }
      found[at] = id;
    }
    return found;
  }
}
