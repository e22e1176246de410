package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.io.TensorFile;
import dev.bramante.io.TorchFile;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of others, trained further on a folder of pictures, and used. */
class FineTuneTest {
  private static final String[] CLASSES = {"bright", "dark", "striped"};

  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Model model = Models.create("resnet18", Map.of("classes", "12"));
    Map<String, Tensor> weights = new LinkedHashMap<>();
    model.parameters().byName().forEach((name, p) -> weights.put(name, p.initial(1, name)));
    TorchFile.write(folder.resolve("resnet18.pth"), weights);
    for (int c = 0; c < CLASSES.length; c++) {
      Path place = Files.createDirectories(folder.resolve("data").resolve(CLASSES[c]));
      for (int i = 0; i < 8; i++) {
        ImageIO.write(picture(c, i), "png", place.resolve(i + ".png").toFile());
      }
    }
  }

  private static BufferedImage picture(int kind, int number) {
    var image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 48; x++) {
        int noise = (int) (60 * SplitMix.uniform(kind * 10L + number, y * 48L + x));
        int level = kind == 0 ? 190 : kind == 1 ? 5 : y / 5 % 2 * 190;
        image.setRGB(x, y, (level + noise) * 0x010101);
      }
    }
    return image;
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void trainsACheckpointFurtherAndSavesItUnderItsNames() throws IOException {
    Outcome trained =
        Outcome.success(
            "train",
            "resnet18",
            "--data",
            at("data"),
            "--weights",
            at("resnet18.pth"),
            "--freeze",
            "stem,sections.0",
            "--set",
            "image=32",
            "--set",
            "batch=4",
            "--steps",
            "12",
            "--out",
            at("run"));
    assertTrue(
        trained
            .err()
            .contains("note: the last layer, fc, is new: the file's has 12 classes, the network 3"),
        trained.err());
    Outcome.success("convert", at("run"), at("tuned.pth"));
    Map<String, Tensor> before = tensors("resnet18.pth");
    Map<String, Tensor> after = tensors("tuned.pth");
    assertEquals(before.keySet(), after.keySet());
    for (String name : before.keySet()) {
      boolean frozen =
          name.startsWith("conv1.") || name.startsWith("bn1.") || name.startsWith("layer1.");
      assertEquals(frozen, before.get(name).sameBits(after.get(name)), name);
    }

    String answer =
        Outcome.success(
                "eval",
                "--weights",
                at("tuned.pth"),
                "--data",
                at("data"),
                "--set",
                "image=32",
                "--set",
                "classes=3",
                "--model",
                "resnet18",
                "--json")
            .out();
    assertEquals(24, JsonParser.parseString(answer).getAsJsonObject().get("count").getAsInt());
    Outcome named =
        Outcome.success("classify", at("data/dark/0.png"), "--weights", at("run"), "--top", "3");
    for (String name : CLASSES) {
      assertTrue(named.out().contains(name), named.out());
    }
  }

  private static Map<String, Tensor> tensors(String name) throws IOException {
    try (var file = TensorFile.open(folder.resolve(name), Optional.empty())) {
      return file.tensors();
    }
  }

  @Test
  void evalSaysWhatIsMissing() {
    assertTrue(Outcome.of("eval").err().contains("which run?"));
    String weights = at("resnet18.pth");
    assertTrue(Outcome.of("eval", "--weights", weights).err().contains("on which data?"));
    assertTrue(Outcome.of("eval", at("run"), "--weights", weights).err().contains("not both"));
  }
}
