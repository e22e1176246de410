package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.io.SafeTensors;
import dev.bramante.io.TensorFile;
import dev.bramante.io.TorchFile;
import dev.bramante.models.Models;
import dev.bramante.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of ours and of others: converted, trained further, used. */
class WeightsCommandsTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Outcome.success("train", "lenet", "--steps", "20", "--out", at("run"));
    Outcome.success("convert", at("run"), at("lenet.pth"), "--model", "lenet");
    var image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 30; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, (x * 6) << 16 | (y * 8) << 8 | 77);
      }
    }
    Files.createDirectory(folder.resolve("pictures"));
    ImageIO.write(image, "png", folder.resolve("pictures/b.png").toFile());
    ImageIO.write(image, "jpg", folder.resolve("pictures/a.JPG").toFile());
    Files.writeString(folder.resolve("pictures/notes.txt"), "no picture");
  }

  private static String at(String name) {
    return folder.resolve(name).toString();
  }

  private static String complaint(String... args) {
    Outcome outcome = Outcome.of(args);
    assertEquals(1, outcome.status(), outcome.out());
    return outcome.err();
  }

  private static Map<String, Tensor> tensors(String name) throws IOException {
    try (var file = TensorFile.open(folder.resolve(name), Optional.empty())) {
      return file.tensors();
    }
  }

  @Test
  void convertsThereAndBack() throws IOException {
    Outcome.success("convert", at("lenet.pth"), at("lenet.safetensors"));
    Map<String, Tensor> best = tensors("run/best.safetensors");
    for (String copy : new String[] {"lenet.pth", "lenet.safetensors"}) {
      Map<String, Tensor> converted = tensors(copy);
      assertEquals(best.keySet(), converted.keySet());
      best.forEach((name, tensor) -> assertTrue(tensor.sameBits(converted.get(name)), name));
    }
    try (var file = SafeTensors.open(folder.resolve("lenet.safetensors"))) {
      assertEquals("pt", file.metadata().get("format"));
    }
  }

  @Test
  void aConvertedRunIsStillOne() {
    Outcome.success("convert", at("run"), at("copy.safetensors"));
    assertEquals(
        Outcome.of("eval", at("run"), "--json").out().lines().skip(2).toList(),
        Outcome.of("eval", at("copy.safetensors"), "--json").out().lines().skip(2).toList());
  }

  @Test
  void convertSaysWhatDoesNotFit() {
    String said = complaint("convert", at("run"), at("x.pth"), "--model", "lenet5");
    assertTrue(said.contains("does not fit the model"), said);
    assertFalse(Files.exists(folder.resolve("x.pth")));
    said = complaint("convert", at("run"), at("x.onnx"));
    assertTrue(said.contains("x.onnx has no known ending: .safetensors, .pth or .pt"), said);
    said = complaint("convert", at("pictures/notes.txt"), at("x.pth"));
    assertTrue(said.contains("notes.txt: "), said);
    assertEquals(1, said.lines().count());
  }

  @Test
  void trainsFurtherWithAPartFrozen() throws IOException {
    Outcome trained =
        Outcome.success(
            "train",
            "lenet",
            "--weights",
            at("lenet.pth"),
            "--freeze",
            "conv1,3",
            "--new-head",
            "--steps",
            "4",
            "--set",
            "rates=fc2:2",
            "--out",
            at("tuned"));
    assertTrue(
        trained.err().contains("note: the last layer, 9, is new: as was asked for"), trained.err());
    Map<String, Tensor> before = tensors("lenet.pth");
    Map<String, Tensor> after = tensors("tuned/last.safetensors");
    for (String name : before.keySet()) {
      boolean frozen = name.startsWith("0.") || name.startsWith("3.");
      assertEquals(frozen, before.get(name).sameBits(after.get(name)), name);
    }
    String said = complaint("train", "--resume", at("tuned"), "--weights", at("lenet.pth"));
    assertTrue(said.contains("leave --weights out"), said);
    Outcome.success("train", "--resume", at("tuned"), "--steps", "6");
  }

  @Test
  void classifiesWithARunAndWithBareWeights() throws IOException {
    Outcome run = Outcome.success("classify", at("pictures"), "--weights", at("run"), "--top", "2");
    List<String> lines = run.out().lines().toList();
    assertEquals(2, lines.size(), run.out());
    assertTrue(lines.get(0).startsWith(at("pictures/a.JPG") + ": "), run.out());

    Outcome bare =
        Outcome.success("classify", at("pictures/b.png"), "--weights", at("lenet.pth"), "--json");
    var answer = JsonParser.parseString(bare.out()).getAsJsonArray().get(0).getAsJsonObject();
    assertEquals(5, answer.getAsJsonArray("classes").size());
    String name =
        answer.getAsJsonArray("classes").get(0).getAsJsonObject().get("name").getAsString();
    assertTrue(name.matches("\\d"), name);

    Path labels = folder.resolve("labels.txt");
    Files.write(labels, IntStream.range(0, 10).mapToObj(i -> "class " + i).toList());
    Outcome named =
        Outcome.success(
            "classify",
            at("pictures/b.png"),
            "--weights",
            at("lenet.pth"),
            "--labels",
            labels.toString());
    assertTrue(named.out().contains(": class " + name + " "), named.out());
  }

  @Test
  void classifiesStandardInput() throws IOException {
    InputStream before = System.in;
    try {
      byte[] content = Files.readAllBytes(folder.resolve("pictures/b.png"));
      System.setIn(new ByteArrayInputStream(content));
      Outcome outcome = Outcome.success("classify", "-", "--weights", at("run"));
      assertTrue(outcome.out().startsWith("-: "), outcome.out());
      assertEquals(
          Outcome.of("classify", at("pictures/b.png"), "--weights", at("run")).out().split(": ")[1],
          outcome.out().split(": ")[1]);
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void oneBrokenPictureAmongManyIsNamed() throws IOException {
    Path some = Files.createDirectory(folder.resolve("some"));
    for (int i = 0; i < 20; i++) {
      Files.copy(folder.resolve("pictures/b.png"), some.resolve("%02d.png".formatted(i)));
    }
    Path broken = Files.writeString(some.resolve("07.png"), "no picture");
    Outcome outcome = Outcome.of("classify", some.toString(), "--weights", at("run"), "--top", "1");
    assertEquals(1, outcome.status());
    List<String> answers = outcome.out().lines().toList();
    assertEquals(19, answers.size(), outcome.out());
    String first = answers.getFirst().split(": ")[1];
    assertTrue(answers.stream().allMatch(line -> line.endsWith(": " + first)), outcome.out());
    assertEquals(
        List.of(
            "bramante: " + broken + ": this is no image; JPEG, PNG, BMP, GIF and WebP are read",
            "bramante: 1 of 20 cannot be read"),
        outcome.err().lines().toList());

    Outcome json = Outcome.of("classify", some.toString(), "--weights", at("run"), "--json");
    assertEquals(1, json.status());
    var entries = JsonParser.parseString(json.out()).getAsJsonArray();
    assertEquals(20, entries.size());
    var entry = entries.get(7).getAsJsonObject();
    assertEquals(broken.toString(), entry.get("image").getAsString());
    assertTrue(entry.get("error").getAsString().contains("this is no image"), json.out());
  }

  @Test
  void predictsWithBareWeights() {
    String picture = at("pictures/b.png");
    Outcome run = Outcome.success("predict", at("run"), picture);
    assertEquals(run.out(), Outcome.success("predict", picture, "--weights", at("run")).out());
    Outcome.success("predict", picture, "--weights", at("lenet.pth"), "--invert");
    assertOneLine("predict what? Give files after the run", "predict", at("run"));
  }

  @Test
  void timesWithWeights() {
    Outcome outcome =
        Outcome.success(
            "bench", "lenet-infer-1", "--weights", at("lenet.pth"), "--seconds", "0.01");
    assertTrue(outcome.out().startsWith("lenet-infer-1 "), outcome.out());
    assertOneLine(
        "these are the weights of lenet with 10 classes, not of lenet5",
        "bench",
        "lenet5-infer-1",
        "--weights",
        at("lenet.pth"));
  }

  @Test
  void classifySaysWhatIsWrong() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Path broken = folder.resolve("broken.png");
    byte[] content = Files.readAllBytes(folder.resolve("pictures/b.png"));
    Files.write(broken, Arrays.copyOf(content, 60));
    Path labels = Files.writeString(folder.resolve("few.json"), "[\"a\", \"b\"]");
    String picture = at("pictures/b.png");
    assertOneLine("which weights? Give --weights FILE", "classify", picture);
    assertOneLine("no pictures (.jpg", "classify", empty.toString(), "--weights", at("run"));
    assertOneLine("there is no such file", "classify", at("none.png"), "--weights", at("run"));
    assertOneLine("broken.png: ", "classify", broken.toString(), "--weights", at("run"));
    assertOneLine("notes.txt: ", "classify", at("pictures/notes.txt"), "--weights", at("run"));
    assertOneLine(
        "there are 2 labels, the network has 10 classes",
        "classify",
        picture,
        "--weights",
        at("run"),
        "--labels",
        labels.toString());
    assertOneLine(
        "these are the weights of lenet with 10 classes, not of lenet5; choose that model",
        "classify",
        picture,
        "--weights",
        at("lenet.pth"),
        "--model",
        "lenet5");
    assertOneLine(
        "the last layer, 9, doesn't fit: the file's has 10 classes, the network 7",
        "classify",
        picture,
        "--weights",
        at("lenet.pth"),
        "--model",
        "lenet",
        "--classes",
        "7");
    Map<String, Tensor> strange = new LinkedHashMap<>(Map.of("w", Tensor.scalar(1f)));
    TorchFile.write(folder.resolve("strange.pth"), strange);
    assertOneLine(
        "of no model that is known; give --model",
        "classify",
        picture,
        "--weights",
        at("strange.pth"));
  }

  private static void assertOneLine(String part, String... args) {
    String said = complaint(args);
    assertTrue(said.contains(part), said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void readsLabelsInJson() throws IOException {
    Path file = folder.resolve("labels.json");
    Files.writeString(file, "{\"1\": [\"n02\", \"shark\"], \"0\": [\"n01\", \"tench\"]}");
    assertEquals(List.of("tench", "shark"), Labels.read(file, 2));
    Files.writeString(file, "{\"0\": \"tench\", \"1\": \"shark\\u001b[2J\"}");
    assertEquals(List.of("tench", "shark\\u001b[2J"), Labels.read(file, 2));
    assertEquals(10, Labels.numbers(Models.create("lenet", Map.of()).output().size()).size());
  }
}
