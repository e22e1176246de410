package dev.bramante.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.TorchFile;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State dicts around {@code torch.nn.Transformer}. */
class TorchTransformerTest {
  private static final Model MODEL =
      Models.create(
          "transformer",
          Map.of("vocab", "11", "width", "8", "heads", "2", "layers", "1", "mlp", "12"));

  @TempDir private Path folder;

  private static Map<String, Tensor> values() {
    var values = new LinkedHashMap<String, Tensor>();
    MODEL.parameters().byName().forEach((name, p) -> values.put(name, p.initial(5, name)));
    return values;
  }

  private Pretrained read(Map<String, Tensor> values) throws IOException {
    Path file = folder.resolve("state.pth");
    TorchFile.write(file, values);
    return Pretrained.read(file, Optional.empty(), MODEL, HeadPolicy.KEEP, 0);
  }

  @Test
  void prefixesMayBeMissingAndNormalisationsHaveOldNames() throws IOException {
    var theirs = new LinkedHashMap<String, Tensor>();
    values()
        .forEach((name, value) -> {
          String bare = name.replaceFirst("^transformer\\.", "");
          boolean norm = bare.contains("norm");
          theirs.put(
              norm ? bare.replace(".weight", ".gamma").replace(".bias", ".beta") : bare, value);
        });
    assertTrue(theirs.containsKey("decoder.layers.0.norm3.gamma"));
    var read = read(theirs).values();
    assertEquals(values().keySet(), read.keySet());
    values().forEach((name, value) -> assertTrue(value.sameBits(read.get(name)), name));
  }

  @Test
  void whatIsMissingIsNamed() {
    var values = values();
    values.remove("transformer.decoder.layers.0.multihead_attn.in_proj_bias");
    values.remove("embed.weight");
    String said = assertThrows(FileFormatException.class, () -> read(values)).getMessage();
    assertTrue(said.contains("2 missing, 0 surplus"), said);
    assertTrue(said.contains("    embed.weight F32[11, 8]"), said);
    assertTrue(said.contains("transformer.decoder.layers.0.multihead_attn.in_proj_bias"), said);
  }
}
