package dev.bramante.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.io.Json;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.BertSentenceEncoder.Pooling;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A model that transformers 5.18 wrote; make_models.py beside it says how. */
class SentenceEncoderTest {
  @TempDir private Path folder;

  static Path resource(String name) {
    try {
      return Path.of(SentenceEncoderTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] floats(Json numbers) throws IOException {
    var list = numbers.elements();
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) list.get(i).number();
    }
    return floats;
  }

  private static float[] flat(float[][] rows) {
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
    }
    return all;
  }

  private static float[] embedded(SentenceEncoder encoder) throws IOException {
    var network = new TextNetwork(new Engine(), encoder.model(), encoder.values());
    var expected = Json.read(resource("bert/expected.json"));
    var ids = new ArrayList<int[]>();
    for (Json text : expected.get("texts").elements()) {
      ids.add(encoder.tokenizer().encodeForModel(text.text()).ids());
    }
    assertArrayEquals(new int[] {2, 7, 3}, ids.getLast());
    return flat(network.run(ids));
  }

  private static void assertEmbeds(Path place, float tolerance) throws IOException {
    var expected = Json.read(resource("bert/expected.json"));
    var normalized = SentenceEncoder.open(place, Optional.empty(), true);
    assertArrayEquals(floats(expected.get("normalized")), embedded(normalized), tolerance);
    var mean = SentenceEncoder.open(place, Optional.of(Pooling.MEAN), false);
    assertArrayEquals(floats(expected.get("mean")), embedded(mean), tolerance);
    var cls = SentenceEncoder.open(place, Optional.of(Pooling.CLS), false);
    assertArrayEquals(floats(expected.get("cls")), embedded(cls), tolerance);
  }

  @Test
  void foldersGiveWhatTransformersGive() throws IOException {
    assertEmbeds(resource("bert"), 2e-6f);
  }

  /** Without a configuration, whose epsilon is not known. */
  @Test
  void onnxFilesInFoldersAndArchivesGiveTheSame() throws IOException {
    Path unpacked = resource("bert-onnx");
    assertEmbeds(unpacked, 1e-5f);
    Path jar = folder.resolve("bert.jar");
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("bert.onnx", "bert-tokenizer.json")) {
        zip.putNextEntry(new ZipEntry("models/" + name));
        zip.write(Files.readAllBytes(unpacked.resolve(name)));
      }
    }
    assertEmbeds(jar, 1e-5f);
  }

  /** Since version 20 ONNX has an operation for what took several before. */
  @Test
  void activationsThatAreOneOperationAreUnderstood() throws IOException {
    assertEmbeds(resource("bert-onnx-gelu"), 1e-5f);
  }

  @Test
  void masksAreFilledAsByTransformers() throws IOException {
    var read = HuggingFaceFolder.read(resource("bert"), Map.of("length", "8"));
    assertEquals("words", read.model().config().text("head"));
    var expected = Json.read(resource("bert/expected.json"));
    float[] ids = floats(expected.get("ids").elements().getFirst());
    int[] text = new int[ids.length];
    for (int i = 0; i < text.length; i++) {
      text[i] = (int) ids[i];
    }
    var network = new TextNetwork(new Engine(), read.model(), read.values());
    float[] logits = network.run(List.of(text))[0];
    float[] wanted = floats(expected.get("logits0"));
    assertArrayEquals(wanted, Arrays.copyOf(logits, wanted.length), 2e-5f);
  }

  private Path copy() throws IOException {
    for (String name : List.of("config.json", "vocab.txt", "model.safetensors")) {
      Files.copy(resource("bert/" + name), folder.resolve(name));
    }
    return folder;
  }

  @Test
  void oldNamesPrefixesAndBuffersAreUnderstood() throws IOException {
    copy();
    var old = new LinkedHashMap<String, Tensor>();
    SafeTensors.readAll(folder.resolve("model.safetensors"))
        .forEach((name, value) -> {
          String theirs = name.replaceFirst("^bert\\.", "");
          if (theirs.contains("LayerNorm")) {
            theirs = theirs.replace(".weight", ".gamma").replace(".bias", ".beta");
          }
          old.put(theirs, value);
        });
    old.put("embeddings.position_ids", Tensor.of(Shape.of(1, 2), 0L, 1L));
    SafeTensors.write(folder.resolve("model.safetensors"), old, Map.of());
    assertEmbeds(folder, 2e-6f);
    var notes = SentenceEncoder.open(folder, Optional.empty(), true).notes();
    assertEquals(1, notes.size());
    assertTrue(notes.getFirst().startsWith("left out, since the network has none: cls."));
  }

  @Test
  void readOutsThatAreNotTiedAreRefused() throws IOException {
    copy();
    var values = SafeTensors.readAll(folder.resolve("model.safetensors"));
    var words = values.get("bert.embeddings.word_embeddings.weight");
    var more = new LinkedHashMap<>(values);
    more.put("cls.predictions.decoder.weight", words);
    SafeTensors.write(folder.resolve("model.safetensors"), more, Map.of());
    assertEquals(18, HuggingFaceFolder.read(folder).model().config().integer("vocab"));
    float[] other = words.floats().clone();
    other[3] += 1;
    more.put("cls.predictions.decoder.weight", Tensor.of(words.shape(), other));
    SafeTensors.write(folder.resolve("model.safetensors"), more, Map.of());
    String said = complaint(() -> HuggingFaceFolder.read(folder));
    assertTrue(said.contains("decoder.weight\" isn't the same as"), said);
  }

  private static String complaint(Executable what) {
    String said = assertThrows(IOException.class, what).getMessage();
    assertEquals(1, said.lines().count(), said);
    return said;
  }

  private void config(String from, String to) throws IOException {
    String sound = Files.readString(resource("bert/config.json"));
    assertTrue(sound.contains(from));
    Files.writeString(folder.resolve("config.json"), sound.replace(from, to));
  }

  @Test
  void contradictoryConfigurationsAreRefused() throws IOException {
    copy();
    config("\"num_attention_heads\": 3", "\"num_attention_heads\": 5");
    String heads = complaint(() -> HuggingFaceFolder.read(folder));
    assertTrue(heads.contains("hidden_size is 12, which num_attention_heads, 5, doesn't"), heads);
    config("\"model_type\": \"bert\"", "\"model_type\": \"mamba\"");
    String type = complaint(() -> HuggingFaceFolder.read(folder));
    assertTrue(type.contains("\"mamba\" is unknown; known are gpt2"), type);
    config("\"hidden_size\": 12,", "");
    String missing = complaint(() -> HuggingFaceFolder.read(folder));
    assertTrue(missing.contains("the key \"hidden_size\" is missing"), missing);
    config("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1000000000");
    String layers = complaint(() -> HuggingFaceFolder.read(folder));
    assertTrue(layers.contains("num_hidden_layers: expected a whole number"), layers);
    config("gelu_new", "swiglu");
    assertTrue(complaint(() -> HuggingFaceFolder.read(folder)).contains("\"swiglu\" is unknown"));
  }

  @Test
  void tokenizersOfOthersAreRefused() throws IOException {
    copy();
    Files.writeString(folder.resolve("vocab.txt"), "[UNK]\n[CLS]\n[SEP]\n" + "w\nx\n");
    assertEquals(5, SentenceEncoder.open(folder, Optional.empty(), true).tokenizer().size());
    var words = new StringBuilder("[UNK]\n[CLS]\n[SEP]\n");
    for (int i = 0; i < 16; i++) {
      words.append("w").append(i).append('\n');
    }
    Files.writeString(folder.resolve("vocab.txt"), words);
    String said = complaint(() -> SentenceEncoder.open(folder, Optional.empty(), true));
    assertTrue(said.contains("the tokenizer has 19 tokens, the model 18"), said);
  }
}
