package dev.bramante.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.SafeTensors;
import dev.bramante.io.TorchFile;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainedTest {
  private static final Model TEN = Models.create("resnet20", Map.of());
  private static final Model THREE = Models.create("resnet20", Map.of("classes", "3"));

  @TempDir private Path folder;

  private static Map<String, Tensor> values(Model model) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    model.parameters().byName().forEach((name, p) -> values.put(name, p.initial(5, name)));
    return values;
  }

  private Path write(Map<String, Tensor> values) throws IOException {
    Path file = folder.resolve("weights.pth");
    TorchFile.write(file, values);
    return file;
  }

  private static Pretrained read(Path file, Model model, HeadPolicy policy) throws IOException {
    return Pretrained.read(file, Optional.empty(), model, policy, 9);
  }

  private static String complaint(Path file, Model model, HeadPolicy policy) {
    return assertThrows(FileFormatException.class, () -> read(file, model, policy)).getMessage();
  }

  private static void assertSame(Map<String, Tensor> wanted, Map<String, Tensor> found) {
    assertEquals(wanted.keySet(), found.keySet());
    wanted.forEach((name, value) -> assertTrue(value.sameBits(found.get(name)), name));
  }

  @Test
  void readsAllFormatsAlike() throws IOException {
    Map<String, Tensor> values = values(TEN);
    Path safe = folder.resolve("weights.safetensors");
    SafeTensors.write(safe, values, Map.of("format", "pt"));
    assertSame(values, read(safe, TEN, HeadPolicy.KEEP).values());
    assertSame(values, read(write(values), TEN, HeadPolicy.KEEP).values());
    assertEquals(List.of(), read(safe, TEN, HeadPolicy.FIT).notes());
  }

  @Test
  void takesTheAverageOfARun() throws IOException {
    Map<String, Tensor> values = values(TEN);
    Map<String, Tensor> others = new LinkedHashMap<>(values);
    others.replaceAll((name, value) -> Tensor.zeros(value.dtype(), value.shape()));
    Path run = Files.createDirectory(folder.resolve("run"));
    var state = Map.of("average", values, "momentum", others);
    new Checkpoint(others, state, TEN.toMetadata()).write(run.resolve("last.safetensors"));
    Pretrained read = read(run, TEN, HeadPolicy.KEEP);
    assertSame(values, read.values());
    assertEquals("resnet20", read.metadata().get("model"));
  }

  @Test
  void countersMayBeThereOrNot() throws IOException {
    Map<String, Tensor> values = values(TEN);
    Map<String, Tensor> without = new LinkedHashMap<>(values);
    without.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
    assertTrue(without.size() < values.size());
    assertSame(values, read(write(without), TEN, HeadPolicy.KEEP).values());
    values.put("bn1.num_batches_tracked", Tensor.of(Shape.of(), 77L));
    assertSame(values, read(write(values), TEN, HeadPolicy.KEEP).values());
    // A network without batch normalisation has no use for them.
    Model mlp = Models.create("mlp", Map.of("layers", "2,3"));
    Map<String, Tensor> plain = values(mlp);
    plain.put("0.num_batches_tracked", Tensor.of(Shape.of(), 1L));
    assertEquals(2, read(write(plain), mlp, HeadPolicy.KEEP).values().size());
  }

  @Test
  void widensSmallNumbers() throws IOException {
    Map<String, Tensor> values = values(TEN);
    Tensor bias = Tensor.wrap(DType.BF16, Shape.of(10), new short[10]);
    ((short[]) bias.array())[3] = (short) 0x3f80;
    values.put("fc.bias", bias);
    float[] read = read(write(values), TEN, HeadPolicy.KEEP).values().get("fc.bias").floats();
    assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, read);
  }

  @Test
  void saysThatTheHeadIsOfAnotherNumberOfClasses() throws IOException {
    String said = complaint(write(values(TEN)), THREE, HeadPolicy.KEEP);
    assertTrue(
        said.contains("the last layer, fc, doesn't fit: the file's has 10 classes, the network 3;"),
        said);
    assertEquals(1, said.lines().count(), said);
  }

  @Test
  void makesANewHead() throws IOException {
    Map<String, Tensor> values = values(TEN);
    Path file = write(values);
    Pretrained fitted = read(file, THREE, HeadPolicy.FIT);
    assertEquals(
        List.of("the last layer, fc, is new: the file's has 10 classes, the network 3"),
        fitted.notes());
    assertEquals(Shape.of(3, 64), fitted.values().get("fc.weight").shape());
    assertTrue(fitted.values().get("conv1.weight").sameBits(values.get("conv1.weight")));

    Pretrained kept = read(file, TEN, HeadPolicy.FIT);
    assertTrue(kept.values().get("fc.weight").sameBits(values.get("fc.weight")));
    Pretrained anew = read(file, TEN, HeadPolicy.NEW);
    assertFalse(anew.values().get("fc.weight").sameBits(values.get("fc.weight")));

    values.keySet().removeIf(name -> name.startsWith("fc."));
    assertEquals(
        List.of("the last layer, fc, is new: the file has none"),
        read(write(values), THREE, HeadPolicy.FIT).notes());
    assertTrue(complaint(write(values), THREE, HeadPolicy.KEEP).contains("the file has none"));
  }

  @Test
  void namesTheNetworkThatTheWeightsAreOf() throws IOException {
    Path file = write(values(Models.create("resnet32", Map.of("classes", "7"))));
    String said = complaint(file, TEN, HeadPolicy.FIT);
    assertTrue(
        said.endsWith(
            "these are the weights of resnet32 with 7 classes, not of resnet20; choose that model"),
        said);
    try (var open = WeightsFile.open(file, Optional.empty())) {
      assertEquals(7, ModelGuess.of(open).orElseThrow().config().integer("classes"));
    }
  }

  @Test
  void listsAllThatDiffers() throws IOException {
    Map<String, Tensor> values = values(TEN);
    values.remove("layer2.0.conv1.weight");
    values.put("extra", Tensor.scalar(1f));
    values.put("bn1.bias", Tensor.of(Shape.of(2), 1f, 2f));
    String said = complaint(write(values), TEN, HeadPolicy.FIT);
    assertTrue(said.contains("(1 missing, 1 surplus, 1 of another shape or type)"), said);
    assertTrue(said.contains("    layer2.0.conv1.weight F32[32, 16, 3, 3]"), said);
    assertTrue(said.contains("    extra F32[]"), said);
    assertTrue(said.contains("    bn1.bias: wanted F32[16], found F32[2]"), said);
  }

  @Test
  void weightsOfNobodyAreOfNoModel() throws IOException {
    try (var open = WeightsFile.open(write(Map.of("w", Tensor.scalar(1f))), Optional.empty())) {
      assertEquals(Optional.empty(), ModelGuess.of(open));
    }
  }
}
