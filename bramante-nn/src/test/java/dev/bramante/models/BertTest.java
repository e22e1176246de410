package dev.bramante.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BertTest {
  private static final int LENGTH = 9;
  private static final List<int[]> TEXTS =
      List.of(
          new int[] {2, 5, 11, 3},
          new int[] {2, 7, 6, 12, 10, 9, 5, 3},
          new int[] {2, 3},
          new int[] {2, 5, 5, 5, 13, 14, 4, 8, 3});

  private final Engine engine = new Engine();

  private static Model model(Map<String, String> more) {
    var settings = new HashMap<>(more);
    settings.putIfAbsent("length", Integer.toString(LENGTH));
    settings.putAll(Map.of("vocab", "17", "positions", "9", "width", "12", "layers", "2"));
    settings.putAll(Map.of("heads", "3", "mlp", "20", "classes", "5", "padding", "0"));
    return Models.create("bert", settings);
  }

  /** Larger weights than in the beginning, so that attention isn't even. */
  private static Map<String, Tensor> values(Model model) {
    var values = new LinkedHashMap<String, Tensor>();
    model
        .parameters()
        .byName()
        .forEach((name, p) -> {
          float[] numbers = p.initial(5, name).floats().clone();
          for (int i = 0; p.shape().rank() == 2 && i < numbers.length; i++) {
            numbers[i] *= 15;
          }
          values.put(name, Tensor.of(p.storedShape(), numbers));
        });
    return values;
  }

  private float[] run(Model model, List<int[]> texts, int length) {
    var weights = Weights.of(Parameters.of(model.network()), ParameterGroup.all());
    weights.write(engine.variables(), values(model));
    int[] ids = new int[texts.size() * length];
    for (int i = 0; i < texts.size(); i++) {
      System.arraycopy(texts.get(i), 0, ids, i * length, texts.get(i).length);
    }
    var graph = Evaluation.output(model.network(), model.batch(texts.size()), weights);
    return engine
        .compile(graph)
        .run(Tensor.of(Shape.of(texts.size(), length), ids))
        .getFirst()
        .floats();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classes", "mean", "cls", "words"})
  void textsOfABatchGiveWhatTheyGiveAlone(String head) {
    Model batch = model(Map.of("head", head));
    float[] together = run(batch, TEXTS, LENGTH);
    int each = together.length / TEXTS.size();
    for (int i = 0; i < TEXTS.size(); i++) {
      int[] text = TEXTS.get(i);
      var length = Map.of("head", head, "length", Integer.toString(text.length));
      float[] alone = run(model(length), List.of(text), text.length);
      float[] part = Arrays.copyOfRange(together, i * each, i * each + alone.length);
      assertArrayEquals(alone, part, 1e-5f, head + " of text " + i);
    }
  }

  @Test
  void vectorsHaveTheLengthOne() {
    float[] vectors = run(model(Map.of("head", "mean")), TEXTS, LENGTH);
    float[] plain = run(model(Map.of("head", "mean", "normalize", "false")), TEXTS, LENGTH);
    for (int i = 0; i < TEXTS.size(); i++) {
      double squares = 0;
      double longer = 0;
      for (int c = 0; c < 12; c++) {
        squares += vectors[i * 12 + c] * vectors[i * 12 + c];
        longer += plain[i * 12 + c] * plain[i * 12 + c];
      }
      assertEquals(1, squares, 1e-5);
      assertTrue(Math.abs(longer - 1) > 0.01);
      assertEquals(plain[i * 12] / Math.sqrt(longer), vectors[i * 12], 1e-5);
    }
  }

  /** HF's BertForMaskedLM of the size has so many parameters, the read-out tied. */
  @Test
  void masksAreFilledUnderThePublishedNames() {
    Model model = Models.create("bert", Map.of("head", "words"));
    assertEquals(109_514_298, model.parameters().count());
    assertTrue(
        model
            .parameters()
            .names()
            .containsAll(
                List.of(
                    "cls.predictions.bias",
                    "cls.predictions.transform.dense.weight",
                    "cls.predictions.transform.LayerNorm.bias")));
    assertEquals(Shape.of(LENGTH, 17), model(Map.of("head", "words")).output());
  }
}
