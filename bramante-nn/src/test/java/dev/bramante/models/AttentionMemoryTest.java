package dev.bramante.models;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.plan.Plan;
import dev.bramante.train.AdamW;
import dev.bramante.train.Evaluation;
import dev.bramante.train.Loss;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.StepOptions;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No matrix of all queries and keys is ever planned for. */
class AttentionMemoryTest {
  private static final Engine ENGINE = new Engine();

  private static Plan plan(int length, boolean training) {
    Model model =
        Models.create(
            "gpt2",
            Map.of(
                "vocab",
                "64",
                "positions",
                "8192",
                "length",
                Integer.toString(length),
                "width",
                "32",
                "layers",
                "2",
                "heads",
                "4",
                "dropout",
                "0.1"));
    var weights = Weights.of(model.parameters(), ParameterGroup.all());
    if (!training) {
      return ENGINE.plan(Evaluation.output(model.network(), model.batch(1), weights));
    }
    var options = new StepOptions(new Loss.CrossEntropy(), new AdamW(0.9, 0.999, 1e-8, 0.1));
    return ENGINE.plan(
        new TrainingStep(model.network(), model.batch(1), weights, options).update());
  }

  @Test
  void growsInProportionToTheLength() {
    for (boolean training : new boolean[] {false, true}) {
      double shorter = plan(1024, training).arenaBytes();
      double longer = plan(8192, training).arenaBytes();
      // What lies beside what differs a little by size; by its square it would be 64 times as much.
      assertTrue(longer <= 8.5 * shorter, longer + " bytes for 8 times " + shorter);
    }
  }
}
