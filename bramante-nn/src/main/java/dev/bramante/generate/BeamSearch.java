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

  /** A continuation: what was added, and the sum of its log-probabilities. */
  private record Beam(int[] ids, double score, int row) {
    Beam plus(int id, double logProbability, int from) {
      int[] longer = Arrays.copyOf(ids, ids.length + 1);
      longer[ids.length] = id;
      return new Beam(longer, score + logProbability, from);
    }
  }

  /**
   * The likeliest continuation that was found.
   *
   * @param stops tokens that end a text; they are not part of the result
   */
  public int[] continuation(
      Engine engine, Gpt network, Weights weights, int[] prompt, int tokens, Set<Integer> stops) {
    Continuations next = new Continuations(engine, network, weights, prompt, tokens);
    List<Beam> kept = List.of(new Beam(new int[0], 0, 0));
    var ended = new ArrayList<Beam>();
    float[] logits = next.first();
    for (int length = 1; length <= tokens; length++) {
      List<Beam> grown = grown(kept, logits, next.words());
      kept = new ArrayList<>();
      for (Beam beam : grown) {
        if (kept.size() == beams) {
          break;
        }
        if (stops.contains(beam.ids[length - 1])) {
          ended.add(new Beam(Arrays.copyOf(beam.ids, length - 1), beam.score, beam.row));
        } else {
          kept.add(beam);
        }
      }
      if (length == tokens || ended.size() >= beams && best(ended) >= best(kept)) {
        break;
      }
      logits = next.after(kept, prompt.length + length - 1);
    }
    ended.addAll(kept);
    return Collections.max(ended, Comparator.comparingDouble(this::value)).ids;
  }

  private double value(Beam beam) {
    return beam.score / Math.pow(Math.max(1, beam.ids.length), lengthPenalty);
  }

  private double best(List<Beam> texts) {
    return texts.stream().mapToDouble(this::value).max().orElse(Double.NEGATIVE_INFINITY);
  }

  /** The likeliest of all texts that are one token longer, twice as many as are kept. */
  private List<Beam> grown(List<Beam> kept, float[] logits, int words) {
    var grown = new ArrayList<Beam>();
    for (int row = 0; row < kept.size(); row++) {
      double[] logs = logProbabilities(logits, row * words, words);
      int from = row;
      Beam beam = kept.get(row);
      IntStream.range(0, words)
          .boxed()
          .sorted(Comparator.comparingDouble(id -> -logs[id]))
          .limit(2L * beams)
          .forEach(id -> grown.add(beam.plus(id, logs[id], from)));
    }
    grown.sort(Comparator.comparingDouble(beam -> -beam.score));
    return grown.subList(0, Math.min(2 * beams, grown.size()));
  }

  private static double[] logProbabilities(float[] logits, int offset, int words) {
    double top = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < words; i++) {
      top = Math.max(top, logits[offset + i]);
    }
    double sum = 0;
    for (int i = 0; i < words; i++) {
      sum += Math.exp(logits[offset + i] - top);
    }
    double log = top + Math.log(sum);
    return IntStream.range(0, words).mapToDouble(i -> logits[offset + i] - log).toArray();
  }

  /** The model's answers to the texts that are kept. */
  private final class Continuations {
    private final Decoder decoder;
    private final int[] prompt;

    Continuations(Engine engine, Gpt network, Weights weights, int[] prompt, int tokens) {
      int positions = network.positions().entries();
      if (prompt.length == 0 || prompt.length + tokens > positions) {
        throw new IllegalArgumentException(
            "a prompt of %d tokens and %d more don't fit the context of %d"
                .formatted(prompt.length, tokens, positions));
      }
      this.prompt = prompt;
      this.decoder =
          new Decoder(engine, network, weights, beams, prompt.length + tokens, beams > 1);
    }

    int words() {
      return decoder.words();
    }

    float[] first() {
      return decoder.read(Collections.nCopies(beams, prompt));
    }

    float[] after(List<Beam> kept, int position) {
      int[] ids = new int[beams];
      int[] rows = new int[beams];
      int[] positions = new int[beams];
      Arrays.fill(positions, position);
      for (int i = 0; i < kept.size(); i++) {
        Beam beam = kept.get(i);
        ids[i] = beam.ids[beam.ids.length - 1];
        rows[i] = beam.row;
      }
      return decoder.read(ids, positions, rows);
    }
  }
}
