package dev.bramante.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Mode;
import dev.bramante.graph.ShapeException;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.models.LeNet;
import dev.bramante.tensor.Shape;
import org.junit.jupiter.api.Test;

class LayersTest {
  private static Value trace(Layer network, Type input, Mode mode) {
    Trace trace = Parameters.of(network).trace(mode);
    return network.forward(trace.input("x", input));
  }

  private static String refusal(Layer network, int... dims) {
    return assertThrows(ShapeException.class, () -> trace(network, Type.f32(dims), Mode.EVALUATION))
        .getMessage();
  }

  @Test
  void shapesFollowTheLayers() {
    var x = Type.f32(2, 9, 7, 6);
    var conv = new Conv2d(6, 8, new Window(3, 2, 2, 1, 1, 0, 1, 2), 2);
    assertEquals(Shape.of(2, 5, 5, 8), trace(conv, x, Mode.EVALUATION).shape());
    assertEquals(Shape.of(3, 2, 3, 8), conv.weight().shape());
    assertEquals(Shape.of(2, 3, 2, 6), trace(new MaxPool2d(3), x, Mode.EVALUATION).shape());
    assertEquals(Shape.of(2, 5, 4, 6), trace(new AvgPool2d(3, 2, 1), x, Mode.EVALUATION).shape());
    assertEquals(Shape.of(2, 378), trace(new Flatten(), x, Mode.EVALUATION).shape());
    assertEquals(Shape.of(2, 9, 7, 3), trace(new Linear(6, 3), x, Mode.EVALUATION).shape());
    assertEquals(
        Shape.of(2, 9, 7, 6), trace(new Residual(new Linear(6, 6)), x, Mode.EVALUATION).shape());
  }

  @Test
  void dropoutActsInTrainingOnly() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 3));
    assertSame(x, new Dropout(0.5f).forward(x));
    assertFalse(trace.isRandom());
    assertTrue(trace(new Dropout(0.5f), Type.f32(2, 3), Mode.TRAINING).trace().isRandom());
    assertThrows(IllegalArgumentException.class, () -> new Dropout(1));
    assertThrows(IllegalArgumentException.class, () -> new Dropout(Float.NaN));
  }

  @Test
  void errorsNameTheLayerAndHint() {
    assertEquals(
        "linear 25 → 10 takes [N, 25], not F32[8, 24] (in layer 2)",
        refusal(new Sequential(new Linear(50, 24), Activation.RELU, new Linear(25, 10)), 8, 50));
    assertEquals(
        "convolution 5x5 takes images [N, H, W, 1], not F32[4, 1, 28, 28]; are the channels first?"
            + " (in layer conv1)",
        refusal(new LeNet(1, 10), 4, 1, 28, 28));
    assertEquals(
        "linear 256 → 200 takes [N, 256], not F32[4, 512] (in layer fc1)",
        refusal(new LeNet(1, 10), 4, 28, 40, 1));
    assertEquals(
        "linear 18 → 2 takes [N, 18], not F32[4, 3, 3, 2]; flatten the images first",
        refusal(new Linear(18, 2), 4, 3, 3, 2));
    assertEquals(
        "the body of a residual layer gives F32[4, 2], its skip path F32[4, 3]",
        refusal(new Residual(new Linear(3, 2)), 4, 3));
    assertTrue(refusal(new LeNet(1, 10), 4, 20, 20, 1).contains("is the image too small?"));
  }

  @Test
  void sizesAreCheckedAtOnce() {
    assertThrows(IllegalArgumentException.class, () -> new Linear(0, 3));
    assertThrows(IllegalArgumentException.class, () -> new Conv2d(3, -1, 5));
    assertThrows(IllegalArgumentException.class, () -> new Conv2d(3, 4, 0));
    assertThrows(IllegalArgumentException.class, () -> new Conv2d(6, 4, Window.square(3, 1, 1), 4));
  }
}
