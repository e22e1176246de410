package dev.bramante.train;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.data.Normalization;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFuzzTest {
  private static final String[] VALUES = {
    "", "-1", "0", "NaN", "1e999", "2147483648", "2,16", "2,1000000000,3", ",", "x", "Infinity"
  };

  @TempDir private Path folder;

  private final Model model = Models.create("mlp", Map.of("layers", "2,5,3"));
  private final Map<String, String> strings = new LinkedHashMap<>(model.toMetadata());
  private Checkpoint whole;

  @BeforeEach
  void makeCheckpoint() {
    var normalization = new Normalization(new float[] {0, 1}, new float[] {1, 2});
    strings.putAll(new TrainSettings(TrainSettings.defaults()).toMetadata());
    strings.putAll(new DataFacts(List.of("a", "b", "c"), normalization).toMetadata());
    strings.putAll(new Progress().toMetadata());
    var weights = Weights.of(model.parameters(), ParameterGroup.all()).initial(1);
    whole = new Checkpoint(weights, Map.of("mean", weights, "square", weights), strings);
  }

  /** Everything that is done with a file before its weights are used. */
  private static void use(Path file) throws IOException {
    Map<String, String> found = Checkpoint.metadata(file);
    Model made = Models.from(found);
    DataFacts.fromMetadata(found);
    TrainSettings.fromMetadata(found);
    Progress.fromMetadata(found);
    Checkpoint.read(file, made.parameters());
  }

  @Test
  void aSoundFileIsRead() throws IOException {
    Path file = folder.resolve("sound.safetensors");
    whole.write(file);
    use(file);
    var read = Checkpoint.read(file, model.parameters());
    assertTrue(read.state().keySet().containsAll(List.of("mean", "square")));
    assertTrue(read.weights().get("0.bias").sameBits(whole.weights().get("0.bias")));
  }

  @Test
  void mutatedStringsAreReadOrRefusedInWords() throws IOException {
    var random = new Random(3);
    var keys = new ArrayList<>(strings.keySet());
    int refused = 0;
    for (int i = 0; i < 1000; i++) {
      Map<String, String> changed = new LinkedHashMap<>(strings);
      String key = keys.get(random.nextInt(keys.size()));
      if (random.nextInt(4) == 0) {
        changed.remove(key);
      } else {
        changed.put(key, VALUES[random.nextInt(VALUES.length)]);
      }
      Path file = folder.resolve("strings.safetensors");
      new Checkpoint(whole.weights(), whole.state(), changed).write(file);
      refused += refuses(file) ? 1 : 0;
    }
    assertTrue(refused > 300, refused + " refused");
  }

  @Test
  void mutatedBytesAreReadOrRefusedInWords() throws IOException {
    Path file = folder.resolve("bytes.safetensors");
    whole.write(file);
    byte[] bytes = Files.readAllBytes(file);
    var random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] changed = bytes.clone();
      changed[random.nextInt(Math.min(bytes.length, 3000))] = (byte) random.nextInt();
      Files.write(file, changed);
      refused += refuses(file) ? 1 : 0;
    }
    assertTrue(refused > 1000, refused + " refused");
  }

  private static boolean refuses(Path file) {
    try {
      use(file);
      return false;
    } catch (IOException | IllegalArgumentException e) {
      assertTrue(!e.getMessage().isBlank());
      return true;
    }
  }

  @Test
  void filesOfOthersAreRefused() throws IOException {
    Path file = folder.resolve("other.safetensors");
    SafeTensors.write(file, whole.weights(), Map.of());
    var e = assertThrows(IOException.class, () -> Checkpoint.metadata(file));
    assertTrue(e.getMessage().contains("no checkpoint of a Bramante run"), e.getMessage());
  }
}
