package dev.bramante.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.parity.Fill;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdaptiveAvgPool2dTest {
  @ParameterizedTest
  @CsvSource({"2, 2, 7, 7", "13, 13, 6, 6", "12, 10, 7, 3", "14, 21, 7, 7", "1, 5, 3, 2"})
  void binsAreThoseOfPyTorch(int h, int w, int height, int width) {
    Tensor x = Fill.input(Shape.of(2, h, w, 3));
    var trace = new Trace();
    Value y = new AdaptiveAvgPool2d(height, width).forward(trace.input("x", Type.f32(2, h, w, 3)));
    assertEquals(Shape.of(2, height, width, 3), y.shape());
    Array out = Reference.run(trace.graph(y), x).output(0);
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        double sum = 0;
        int count = 0;
        for (int r = (int) Math.floor((double) i * h / height);
            r < Math.ceil((i + 1.0) * h / height);
            r++) {
          for (int c = (int) Math.floor((double) j * w / width);
              c < Math.ceil((j + 1.0) * w / width);
              c++) {
            sum += x.at(((h + r) * w + c) * 3 + 1);
            count++;
          }
        }
        double own = out.at(((height + i) * width + j) * 3 + 1);
        assertEquals(sum / count, own, 1e-7);
      }
    }
  }

  @Test
  void theSizeItselfIsTheIdentity() {
    Value x = new Trace().input("x", Type.f32(2, 6, 6, 3));
    assertSame(x, new AdaptiveAvgPool2d(6).forward(x));
  }

  @Test
  void theShortcutTakesPixelsAndPadsChannels() {
    Tensor x = Fill.input(Shape.of(1, 5, 4, 2));
    var trace = new Trace();
    Value y = new ZeroPaddedShortcut(2, 5, 2).forward(trace.input("x", Type.f32(1, 5, 4, 2)));
    assertEquals(Shape.of(1, 3, 2, 5), y.shape());
    Array out = Reference.run(trace.graph(y), x).output(0);
    int pixel = (2 * 2 + 1) * 5;
    assertEquals(0, out.at(pixel));
    assertEquals(x.at((4 * 4 + 2) * 2), out.at(pixel + 1));
    assertEquals(x.at((4 * 4 + 2) * 2 + 1), out.at(pixel + 2));
    assertEquals(0, out.at(pixel + 3));
    assertEquals(0, out.at(pixel + 4));
  }
}
