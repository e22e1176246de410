package dev.bramante.experiments;

import dev.bramante.config.Config;
import dev.bramante.engine.Engine;
import dev.bramante.models.Transformer;
import dev.bramante.models.VisionTransformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Section 5.3: where a trained network looks. */
final class AttentionMap implements Experiment {
  @Override
  public String name() {
    return "attention-map";
  }

  @Override
  public String claim() {
    return "A trained translator attends to the words that it translates, and a Vision Transformer"
        + " to the parts of an image that tell what it shows (section 5.3)";
  }

  @Override
  public Config defaults() {
    return Config.defaults(
        "run", "", // a folder of `train vit` or `train transformer`
        "index", "0", // which image or verse of the test data is drawn
        "images", "64" // how many images the table is the mean of
        );
  }

  @Override
  public Findings run(Config settings, Engine engine, Listener listener) {
    if (settings.text("run").isEmpty()) {
      throw new IllegalArgumentException(
          "whose attention? Give --set run=DIR, a folder of `train vit` or `train transformer`");
    }
    int index = settings.integer("index");
    if (index < 0) {
      throw new IllegalArgumentException("index must be at least 0, not " + index);
    }
    listener.at("reading", 0, 2);
    Path folder = Path.of(settings.text("run"));
    try {
      TrainedRun run = TrainedRun.read(folder);
      listener.at("attending", 1, 2);
      return switch (run.model().network()) {
        case VisionTransformer _ -> new ImageAttention(run).findings(engine, index, settings);
        case Transformer _ -> new VerseAttention(run, folder).findings(engine, index);
        default ->
            throw new IllegalArgumentException(
                "%s is a run of %s; of vit or transformer the attention is drawn"
                    .formatted(folder, run.model().name()));
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
