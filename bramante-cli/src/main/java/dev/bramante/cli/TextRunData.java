package dev.bramante.cli;

import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.tensor.Shape;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.Score;
import dev.bramante.train.TextMeter;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.util.List;

/** What a run learns from, where that is texts. */
interface TextRunData extends RunData {
  /** The tokenizer, which the run's folder keeps. */
  KeptTokenizer kept();

  /** What the result is measured with. */
  TokenBatches measured(Model model, int batch) throws IOException;

  /** What {@link #measured} is: {@code test}, or {@code chosen} if the result was chosen by it. */
  default String measure() {
    return "chosen";
  }

  @Override
  default Shape input(Model model) {
    return model.input();
  }

  @Override
  default List<String> classes() {
    return List.of();
  }

  @Override
  default Ending end(
      Engine engine, Model model, TrainSettings settings, Checkpoint best, Progress shown)
      throws IOException {
    TokenBatches batches = measured(model, settings.batch());
    shown.begin("measuring", batches.count());
    Score score = TextMeter.of(engine, model.network(), best.best(), batches).measure(shown::at);
    shown.end();
    return new Ending(measure(), score);
  }
}
