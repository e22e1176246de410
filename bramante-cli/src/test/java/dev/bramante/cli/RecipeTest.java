package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.DType;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {
  @TempDir private Path folder;

  static List<String> names() {
    return Recipe.names();
  }

  @Test
  void everyNetworkOfPicturesHasOne() {
    assertTrue(
        names().containsAll(List.of("alexnet", "vgg", "resnet18", "resnet20", "resnet50")),
        names().toString());
    assertEquals(names().size(), names().stream().distinct().count());
  }

  @ParameterizedTest
  @MethodSource("names")
  void fitsItsNetwork(String name) {
    RunSpec spec = RunSpec.of(Recipe.find(name));
    Model model = Models.create(spec.model(), spec.network().values());
    boolean tokens = model.inputs().getFirst().dtype() == DType.I32;
    // The logits of classes, or those of words for each position.
    assertEquals(tokens ? 2 : 1, model.output().rank());
    assertTrue(new TrainSettings(spec.training()).batch() > 1);
  }

  @Test
  void trainsOnPicturesInTheSizeThatIsAskedFor() throws IOException {
    Path out = folder.resolve("run");
    Outcome outcome =
        Outcome.of(
            "train",
            "resnet20",
            "--data",
            "embedded",
            "--steps",
            "2",
            "--set",
            "batch=4",
            "--set",
            "image=12",
            "--out",
            out.toString());
    assertEquals(0, outcome.status(), outcome.err());
    var config =
        JsonParser.parseString(Files.readString(out.resolve("config.json"))).getAsJsonObject();
    assertEquals("12", config.get("model.image").getAsString());
    assertEquals("1", config.get("model.channels").getAsString());
    assertEquals("12,12,1", config.get("data.shape").getAsString());
    Outcome measured = Outcome.of("eval", out.toString(), "--json");
    assertEquals(0, measured.status(), measured.err());
  }

  @Test
  void takesOtherDataInTheSizeOfThePaper() {
    Recipe other = Recipe.find("resnet50").onData("photographs");
    assertEquals("224", RunSpec.of(other).network().text("image"));
    assertEquals("64", RunSpec.of(Recipe.find("resnet50")).network().text("image"));
  }
}
