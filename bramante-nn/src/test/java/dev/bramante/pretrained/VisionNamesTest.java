package dev.bramante.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Vision Transformer that transformers 5.18 wrote; make_models.py beside it says how. */
class VisionNamesTest {
  private static final Path VIT = SentenceEncoderTest.resource("vit");
  private static final Path FILE = VIT.resolve("model.safetensors");

  private static final float[] TWO = {-7f, 1.43076f, 6.52237f, 32.3974f, 53.1808f};
  private static final float[] FOUR = {
    -7f,
    -0.686862f,
    -0.564097f,
    0.911753f,
    2.6771f,
    2.49059f,
    4.78462f,
    9.65483f,
    13.5914f,
    19.0133f,
    24.7017f,
    34.8784f,
    42.2093f,
    36.974f,
    44.8336f,
    58.4047f,
    67.9069f
  };

  @TempDir private Path folder;

  private static float[] logits(Model model, Map<String, Tensor> values) {
    var engine = new Engine();
    var weights = Weights.of(model.parameters(), ParameterGroup.all());
    weights.write(engine.variables(), values);
    int side = model.config().integer("image");
    float[] pixels = new float[side * side * 3];
    for (int i = 0; i < pixels.length; i++) {
      int channel = i % 3;
      int theirs = channel * side * side + i / 3; // NCHW
      pixels[i] = theirs * 37 % 101 / 50f - 1;
    }
    return engine
        .compile(Evaluation.output(model.network(), model.batch(1), weights))
        .run(Tensor.of(Shape.of(1, side, side, 3), pixels))
        .getFirst()
        .floats();
  }

  private static float[] expected(String key) throws IOException {
    var list = Json.read(VIT.resolve("expected.json")).get(key).elements();
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) list.get(i).number();
    }
    return numbers;
  }

  @Test
  void foldersGiveWhatTransformersGive() throws IOException {
    var read = HuggingFaceFolder.read(VIT);
    assertEquals(List.of("cat", "dog", "boot"), read.labels().orElseThrow());
    assertArrayEquals(expected("logits"), logits(read.model(), read.values()), 1e-5f);
    assertEquals(List.of(), read.notes());
  }

  @Test
  void positionsAreInterpolatedForLargerPictures() throws IOException {
    var read = HuggingFaceFolder.read(VIT, Map.of("image", "20"));
    assertArrayEquals(expected("larger"), logits(read.model(), read.values()), 1e-5f);
    assertEquals(List.of("the positions of 3×3 patches are interpolated for 5×5"), read.notes());
  }

  /** What torch.nn.functional.interpolate(..., mode="bicubic") makes of 0, 1, 4, 9, ... */
  @Test
  void interpolatesAsTorch() {
    float[] squares = new float[10];
    for (int i = 0; i < 9; i++) {
      squares[i + 1] = i * i;
    }
    squares[0] = -7;
    float[] two = PositionGrid.stretched(squares, Shape.of(1, 10, 1), Shape.of(1, 5, 1));
    assertArrayEquals(TWO, two, 1e-4f);
    float[] four = PositionGrid.stretched(squares, Shape.of(1, 10, 1), Shape.of(1, 17, 1));
    assertArrayEquals(FOUR, four, 1e-4f);
  }

  /** Under the names that a naming gives. */
  private Path renamed(Naming naming, Map<String, Tensor> values) throws IOException {
    Path file = folder.resolve(naming.title() + ".safetensors");
    SafeTensors.write(file, naming.renamed(values), Map.of());
    return file;
  }

  @Test
  void timmsAndOurNamesHoldTheSame() throws IOException {
    var read = HuggingFaceFolder.read(VIT);
    for (Naming naming : List.of(Naming.TIMM_VIT, Naming.OURS, Naming.HUGGING_FACE_VIT)) {
      Path file = renamed(naming, read.values());
      var again = Pretrained.read(file, Optional.empty(), read.model(), HeadPolicy.KEEP, 0);
      assertEquals(read.values().keySet(), again.values().keySet());
      read.values()
          .forEach((name, value) -> assertTrue(value.sameBits(again.values().get(name)), name));
    }
    var timm = SafeTensors.readAll(folder.resolve("timm.safetensors"));
    assertEquals(Shape.of(36, 12), timm.get("blocks.1.attn.qkv.weight").shape());
    assertEquals(Shape.of(1, 10, 12), timm.get("pos_embed").shape());
    var theirs = SafeTensors.readAll(folder.resolve("huggingface.safetensors"));
    var original = SafeTensors.readAll(FILE);
    assertEquals(original.keySet(), theirs.keySet());
    original.forEach((name, value) -> assertTrue(value.sameBits(theirs.get(name)), name));
  }

  @Test
  void partsThatAreMissingAreNamed() throws IOException {
    var values = new LinkedHashMap<>(SafeTensors.readAll(FILE));
    String gone = "vit.encoder.layer.1.attention.attention.key.weight";
    values.remove(gone);
    Path file = folder.resolve("model.safetensors");
    SafeTensors.write(file, values, Map.of());
    Files.copy(VIT.resolve("config.json"), folder.resolve("config.json"));
    String said =
        assertThrows(FileFormatException.class, () -> HuggingFaceFolder.read(folder)).getMessage();
    assertTrue(said.contains("1 missing, 2 surplus"), said);
    assertTrue(said.contains("encoder_layer_1.self_attention.in_proj_weight"), said);
    assertTrue(said.contains("vit.encoder.layer.1.attention.attention.query.weight"), said);
  }

  @Test
  void filesTellTheSizeOfTheirPictures() throws IOException {
    var model = Models.create("vit_ti_16", Map.of("image", "64", "classes", "5"));
    var values = new LinkedHashMap<String, Tensor>();
    model.parameters().byName().forEach((name, p) -> values.put(name, p.initial(1, name)));
    try (var file = WeightsFile.open(renamed(Naming.TIMM_VIT, values), Optional.empty())) {
      var guess = ModelGuess.of(file).orElseThrow();
      assertEquals("vit_ti_16", guess.name());
      assertEquals("64", guess.config().text("image"));
      assertEquals("5", guess.config().text("classes"));
    }
  }
}
