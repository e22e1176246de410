package dev.bramante.cli;

import dev.bramante.data.text.Bleu;
import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.tensor.Shape;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.Score;
import dev.bramante.train.Task;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a run learns from, is chosen by and is measured with at its end. */
interface RunData extends AutoCloseable {
  /** What it is and how much there is, for people. */
  String description();

  /** The shape of one example's first input. */
  Shape input(Model model);

  /**
   * A run whose network takes what the data has and gives what it wants.
   *
   * @param asked the settings that the user chose, which stay
   */
  RunSpec fitted(RunSpec spec, Set<String> asked);

  /** What a trainer is given. */
  Task task(Model model, TrainSettings settings);

  /** Measures the result: on what nobody has looked at before, where something is kept for it. */
  Ending end(Engine engine, Model model, TrainSettings settings, Checkpoint best, Progress shown)
      throws IOException;

  /**
   * How good the result is.
   *
   * @param data what it was measured with: {@code test}, or {@code chosen} if it was chosen by that
   * @param score how good
   * @param bleu how close translations are to those that people made
   */
  record Ending(String data, Score score, Optional<Bleu> bleu) {
    Ending(String data, Score score) {
      this(data, score, Optional.empty());
    }

    /** For people. */
    String summary() {
      return score
          + bleu.map(it -> String.format(Locale.ROOT, ", BLEU %.2f", it.score())).orElse("");
    }
  }

  /** Gives back what reading needed, which is nothing unless it says so. */
  @Override
  default void close() throws IOException {}

  /** The names of the classes; none where tokens are predicted. */
  List<String> classes();
}
