package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the recipes reach on the embedded sample, whole trainings. */
@Tag("slow")
class RecipeAccuracyTest {
  @TempDir private Path folder;

  @Test
  void lenetReaches87PercentAveragedOverThreeSeeds() {
    double mean = (accuracy("lenet", 1) + accuracy("lenet", 2) + accuracy("lenet", 3)) / 3;
    assertTrue(mean >= 0.87, "mean accuracy is " + mean);
  }

  @Test
  void theOtherRecipesLearn() {
    double mlp = accuracy("mlp", 1);
    double lenet5 = accuracy("lenet5", 1);
    assertTrue(mlp >= 0.83, "mlp reaches " + mlp);
    assertTrue(lenet5 >= 0.83, "lenet5 reaches " + lenet5);
  }

  @Test
  void resnet20LearnsTheClipArt() {
    double accuracy = accuracy("resnet20", 1);
    assertTrue(accuracy >= 0.61, "resnet20 reaches " + accuracy);
  }

  private double accuracy(String recipe, int seed) {
    String run = folder.resolve(recipe + seed).toString();
    Outcome trained = Outcome.of("train", recipe, "--seed", Integer.toString(seed), "--out", run);
    assertEquals(0, trained.status(), trained.err());
    String answer = Outcome.of("eval", run, "--json").out();
    return JsonParser.parseString(answer).getAsJsonObject().get("accuracy").getAsDouble();
  }
}
