package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Naming;
import dev.bramante.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignClassifierTest {
  @TempDir private Path folder;

  private String picture() throws IOException {
    var image = new BufferedImage(31, 17, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 31 * 17; i++) {
      image.setRGB(i % 31, i / 31, i * 7919);
    }
    Path file = folder.resolve("picture.png");
    ImageIO.write(image, "png", file.toFile());
    return file.toString();
  }

  private static String refusal(Outcome outcome) {
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(1, outcome.err().strip().lines().count(), outcome.err());
    return outcome.err();
  }

  @Test
  void textsAreOfTheClassesThatTheConfigurationNames() throws IOException {
    SmallBert.write(folder, "BertForSequenceClassification", "classes", "praise", "blame", "none");
    String model = folder.toString();
    var said = Outcome.of("classify", "--model", model, "--text", "good film", "bad films");
    assertEquals(0, said.status(), said.err());
    var lines = said.out().lines().toList();
    assertEquals(2, lines.size());
    assertTrue(lines.getFirst().startsWith("good film: "), said.out());
    assertTrue(lines.getFirst().matches(".*(praise|blame|none) \\d+\\.\\d+ %.*"), said.out());
    var json =
        Outcome.of("classify", "--model", model, "--text", "--json", "--top", "1", "bad films");
    var answer = JsonParser.parseString(json.out()).getAsJsonArray().get(0).getAsJsonObject();
    assertEquals(1, answer.getAsJsonArray("classes").size());
    String longer = "good bad good bad good bad good bad";
    String limit = refusal(Outcome.of("classify", "--model", model, "--text", longer));
    assertTrue(limit.contains("10 tokens, the model reads 8"), limit);
    var cut = Outcome.of("classify", "--model", model, "--text", "--truncate", longer);
    assertEquals(0, cut.status(), cut.err());
    String pictures = refusal(Outcome.of("classify", "--model", model, picture()));
    assertTrue(pictures.contains("for texts give --text"), pictures);
    assertTrue(refusal(Outcome.of("classify", "--text", "x")).contains("--model DIR"));
  }

  @Test
  void encodersClassifyNothing() throws IOException {
    SmallBert.write(folder, "BertModel", "mean");
    var said = Outcome.of("classify", "--model", folder.toString(), "--text", "good film");
    assertTrue(refusal(said).contains("classifies no texts"), said.err());
  }

  private void vision(Naming naming) throws IOException {
    var settings =
        Map.of("image", "8", "patch", "4", "width", "6", "heads", "2", "layers", "1", "mlp", "9");
    var all = new LinkedHashMap<>(settings);
    all.put("classes", "2");
    var values = new LinkedHashMap<String, Tensor>();
    Models.create("vit", all)
        .parameters()
        .byName()
        .forEach((name, p) -> {
          float[] numbers = p.initial(3, name).floats().clone();
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] += 0.3f * (i % 3 - 1);
          }
          values.put(name, Tensor.of(p.storedShape(), numbers));
        });
    SafeTensors.write(folder.resolve("model.safetensors"), naming.renamed(values), Map.of());
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type": "vit", "architectures": ["ViTForImageClassification"], "hidden_size": 6,
         "image_size": 8, "patch_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2,
         "intermediate_size": 9, "layer_norm_eps": 1e-6, "id2label": {"0": "boot", "1": "cat"}}
        """);
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        """
        {"size": {"height": 8, "width": 8}, "resample": 2, "image_mean": [0.5, 0.5, 0.5],
         "image_std": [0.5, 0.5, 0.5]}
        """);
  }

  @Test
  void picturesAreOfTheClassesThatTheConfigurationNames() throws IOException {
    vision(Naming.HUGGING_FACE_VIT);
    String model = folder.toString();
    var said = Outcome.of("classify", "--model", model, picture());
    assertEquals(0, said.status(), said.err());
    assertTrue(said.out().contains("boot ") && said.out().contains("cat "), said.out());
    var larger = Outcome.of("classify", "--model", model, "--set", "image=16", picture());
    assertEquals(0, larger.status(), larger.err());
    assertTrue(larger.err().contains("2×2 patches are interpolated for 4×4"), larger.err());
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"resample\": 1}");
    var filter = refusal(Outcome.of("classify", "--model", model, picture()));
    assertTrue(filter.contains("resample: 1 is unknown"), filter);
  }

  /** A wide picture, which torchvision's way would cut at its sides and this folder's squeezes. */
  @Test
  void allCommandsSeeWhatTheFolderPrescribes() throws IOException {
    vision(Naming.HUGGING_FACE_VIT);
    String model = folder.toString();
    String file = picture();
    var classify = Outcome.of("classify", "--model", model, "--json", file);
    var predict = Outcome.of("predict", "--model", model, "--json", file);
    assertEquals(0, predict.status(), predict.err());
    assertEquals(classify.out(), predict.out());
    var answer = JsonParser.parseString(classify.out()).getAsJsonArray().get(0).getAsJsonObject();
    double expected = 0;
    for (var each : answer.getAsJsonArray("classes")) {
      var known = each.getAsJsonObject();
      Path place = folder.resolve("data").resolve(known.get("name").getAsString());
      Files.copy(Path.of(file), Files.createDirectories(place).resolve("one.png"));
      expected -= Math.log(known.get("probability").getAsDouble()) / 2;
    }
    var eval =
        Outcome.of("eval", "--model", model, "--data", folder.resolve("data").toString(), "--json");
    assertEquals(0, eval.status(), eval.err());
    double loss = JsonParser.parseString(eval.out()).getAsJsonObject().get("loss").getAsDouble();
    assertEquals(expected, loss, 1e-5, eval.out());
  }

  @Test
  void weightsAreSavedUnderOtherNames() throws IOException {
    vision(Naming.HUGGING_FACE_VIT);
    String timm = folder.resolve("timm.pth").toString();
    var said = Outcome.of("convert", folder.toString(), timm, "--names", "timm");
    assertEquals(0, said.status(), said.err());
    String back = folder.resolve("back.safetensors").toString();
    assertEquals(0, Outcome.of("convert", timm, back, "--names", "huggingface").status());
    var original = SafeTensors.readAll(folder.resolve("model.safetensors"));
    var again = SafeTensors.readAll(Path.of(back));
    assertEquals(original.keySet(), again.keySet());
    original.forEach((name, value) -> assertTrue(value.sameBits(again.get(name)), name));
    var wrong = Outcome.of("convert", timm, back, "--names", "timn");
    assertTrue(refusal(wrong).contains("timm"), wrong.err());
  }
}
