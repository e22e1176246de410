package dev.bramante.pretrained;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.io.Json;
import dev.bramante.io.Mutations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files of models are read, or refused in words. */
class ModelFilesFuzzTest {
  private static final List<String> AWKWARD =
      List.of("-1", "0", "1e300", "2147483648", "0.5", "null", "true", "\"\"", "[]", "{}", "[[1]]");

  @TempDir private Path folder;

  /** Reads a file; every problem has to be an IOException. */
  @FunctionalInterface
  private interface Reader {
    void read(Path file) throws IOException;
  }

  private static boolean refuses(Path file, Reader reader) {
    try {
      reader.read(file);
      return false;
    } catch (IOException e) {
      assertFalse(String.valueOf(e.getMessage()).isBlank(), e.toString());
      return true;
    }
  }

  /** Half of the times bytes are damaged, half of the times a value is another. */
  private void fuzz(Path sound, Path file, int times, long seed, Reader reader) throws IOException {
    byte[] content = Files.readAllBytes(sound);
    var random = new SplittableRandom(seed);
    int refused = 0;
    for (int i = 0; i < times; i++) {
      boolean json = sound.toString().endsWith(".json") && random.nextBoolean();
      Files.write(file, json ? edited(content, random) : Mutations.mutate(content, random));
      refused += refuses(file, reader) ? 1 : 0;
    }
    assertTrue(refused > times / 5, refused + " of " + times + " refused");
  }

  private static byte[] edited(byte[] json, SplittableRandom random) {
    JsonElement whole = JsonParser.parseString(new String(json, StandardCharsets.UTF_8));
    for (int edits = random.nextInt(1, 3); edits > 0; edits--) {
      edit(whole, random);
    }
    return whole.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void edit(JsonElement at, SplittableRandom random) {
    JsonElement other = JsonParser.parseString(AWKWARD.get(random.nextInt(AWKWARD.size())));
    switch (at) {
      case JsonObject object when !object.isEmpty() -> {
        String key = List.copyOf(object.keySet()).get(random.nextInt(object.size()));
        JsonElement value = object.get(key);
        boolean deeper = value.isJsonObject() || value.isJsonArray();
        if (deeper && random.nextInt(4) > 0) {
          edit(value, random);
        } else if (random.nextInt(3) == 0) {
          object.remove(key);
        } else {
          object.add(key, other);
        }
      }
      case JsonArray array when !array.isEmpty() -> {
        int index = random.nextInt(array.size());
        JsonElement value = array.get(index);
        boolean deeper = value.isJsonObject() || value.isJsonArray();
        if (deeper && random.nextInt(4) > 0) {
          edit(value, random);
        } else {
          array.set(index, other);
        }
      }
      default -> {
        // Nothing in it to change.
      }
    }
  }

  @Test
  void tokenizers() throws IOException {
    Path sound = SentenceEncoderTest.resource("bert-onnx/bert-tokenizer.json");
    fuzz(
        sound,
        folder.resolve("tokenizer.json"),
        1500,
        1,
        file -> Tokenizers.read(file).encodeForModel("The cat [MASK] sits outside, loudly."));
  }

  @Test
  void configurations() throws IOException {
    for (String name : List.of("bert", "vit")) {
      fuzz(
          SentenceEncoderTest.resource(name + "/config.json"),
          folder.resolve("config.json"),
          600,
          2,
          file -> {
            Json config = Json.read(file);
            HuggingFaceConfig.model(config, Map.of());
            HuggingFaceConfig.labels(config);
          });
    }
    fuzz(
        SentenceEncoderTest.resource("vit/preprocessor_config.json"),
        folder.resolve("preprocessor_config.json"),
        600,
        3,
        file -> PictureInput.read(folder, 12, 3));
  }

  @Test
  void indices() throws IOException {
    Files.copy(
        SentenceEncoderTest.resource("bert/model.safetensors"),
        folder.resolve("part-1.safetensors"));
    Path sound =
        Files.writeString(
            folder.resolve("sound.json"),
            "{\"metadata\": {\"total_size\": 9}, \"weight_map\": {\"a\": \"part-1.safetensors\","
                + " \"b\": \"part-1.safetensors\"}}");
    fuzz(
        sound,
        folder.resolve("model.safetensors.index.json"),
        1000,
        4,
        file -> {
          try (var weights = WeightsFile.open(folder, Optional.empty())) {
            assertFalse(weights.names().isEmpty());
          }
        });
  }

  @Test
  void onnx() throws IOException {
    Path place = Files.createDirectory(folder.resolve("onnx"));
    Path tokenizer = SentenceEncoderTest.resource("bert-onnx/bert-tokenizer.json");
    Files.copy(tokenizer, place.resolve("bert-tokenizer.json"));
    fuzz(
        SentenceEncoderTest.resource("bert-onnx/bert.onnx"),
        place.resolve("bert.onnx"),
        600,
        5,
        file -> SentenceEncoder.open(place, Optional.empty(), true));
  }
}
