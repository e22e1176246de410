package dev.bramante.passes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MomentsTest {
  @Test
  void takesMeanAndVarianceOfColumnsTogether() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(1024, 4));
    Rewrites.assertText(
        new Moments(),
        Rewrites.tidy(trace.graph(x.mean(0), Functions.variance(x, 0, 0))),
        """
        %0 = input() x : F32[1024, 4]
        %1 = reduce_sum(%0) axes [0] : F32[1, 4]
        %2 = reshape(%1) : F32[4]
        %3 = constant() 9.765625E-4 : F32[1]
        %4 = broadcast(%3) : F32[4]
        %5 = mul(%2, %4) : F32[4]
        %6 = constant() 9.765625E-4 : F32[1, 1]
        %7 = broadcast(%6) : F32[1, 4]
        %8 = mul(%1, %7) : F32[1, 4]
        %9 = broadcast(%8) : F32[1024, 4]
        %10 = sub(%0, %9) : F32[1024, 4]
        %11 = mul(%10, %10) : F32[1024, 4]
        %12 = reduce_sum(%11) axes [0] : F32[1, 4]
        %13 = reshape(%12) : F32[4]
        %14 = mul(%13, %4) : F32[4]
        return %5, %14
        """,
        """
        %0 = input() x : F32[1024, 4]
        %1 = slice(%0) at [0, 0] : F32[1, 4]
        %2 = broadcast(%1) : F32[1024, 4]
        %3 = sub(%0, %2) : F32[1024, 4]
        %4 = reduce_sum(%3) axes [0] : F32[1, 4]
        %5 = constant() 1024.0 : F32[1, 1]
        %6 = broadcast(%5) : F32[1, 4]
        %7 = mul(%1, %6) : F32[1, 4]
        %8 = add(%4, %7) : F32[1, 4]
        %9 = reshape(%8) : F32[4]
        %10 = constant() 9.765625E-4 : F32[1]
        %11 = broadcast(%10) : F32[4]
        %12 = mul(%9, %11) : F32[4]
        %13 = mul(%3, %3) : F32[1024, 4]
        %14 = reduce_sum(%13) axes [0] : F32[1, 4]
        %15 = mul(%4, %4) : F32[1, 4]
        %16 = constant() 9.765625E-4 : F32[1, 1]
        %17 = broadcast(%16) : F32[1, 4]
        %18 = mul(%15, %17) : F32[1, 4]
        %19 = sub(%14, %18) : F32[1, 4]
        %20 = relu(%19) : F32[1, 4]
        %21 = reshape(%20) : F32[4]
        %22 = mul(%21, %11) : F32[4]
        return %12, %22
        """);
  }

  @Test
  void leavesRowsAlone() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(64, 128));
    var graph = Rewrites.tidy(trace.graph(x.mean(1), Functions.variance(x, 0, 1)));
    Rewrites.assertText(new Moments(), graph, graph.toString(), graph.toString());
  }

  @Test
  void staysAccurateFarFromZero() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(5000, 3));
    var executable = new Engine().compile(trace.graph(Functions.variance(x, 0, 0)));
    var random = new Random(1);
    float[] values = new float[15000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1000 + random.nextGaussian());
    }
    Tensor variance = executable.run(Tensor.of(x.shape(), values)).getFirst();
    for (int column = 0; column < 3; column++) {
      assertEquals(variance(values, column), variance.at(column), 1e-5);
    }
  }

  @Test
  void isNeverNegative() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(5000, 3));
    var executable = new Engine().compile(trace.graph(Functions.variance(x, 0, 0)));
    float[] values = new float[15000];
    Arrays.fill(values, 3.3f);
    values[0] = 1e4f;
    values[1] = -7f;
    Tensor variance = executable.run(Tensor.of(x.shape(), values)).getFirst();
    for (int column = 0; column < 3; column++) {
      assertTrue(variance.at(column) >= 0, "variance " + variance.at(column));
    }
  }

  private static double variance(float[] values, int column) {
    double mean = 0;
    for (int i = column; i < values.length; i += 3) {
      mean += values[i];
    }
    mean /= values.length / 3.0;
    double sum = 0;
    for (int i = column; i < values.length; i += 3) {
      sum += (values[i] - mean) * (values[i] - mean);
    }
    return sum / (values.length / 3.0);
  }
}
