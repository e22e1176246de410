package dev.bramante.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.engine.Engine;
import dev.bramante.models.BertSentenceEncoder.Pooling;
import java.net.JarURLConnection;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** all-MiniLM-L6-v2 in the artifact of Maven Central that the profile "slow" depends on. */
@Tag("slow")
class MiniLmTest {
  private static final List<String> TEXTS =
      List.of("The cat sits outside", "A man is playing guitar", "The feline is outdoors");

  private static Path jar() throws Exception {
    var onnx = MiniLmTest.class.getResource("/all-minilm-l6-v2.onnx");
    var connection =
        (JarURLConnection) Objects.requireNonNull(onnx, "run with -Pslow").openConnection();
    return Path.of(connection.getJarFileURL().toURI());
  }

  private static float[][] run(Optional<Pooling> pooling, boolean normalized) throws Exception {
    var encoder = SentenceEncoder.open(jar(), pooling, normalized);
    var ids = TEXTS.stream().map(text -> encoder.tokenizer().encodeForModel(text).ids()).toList();
    assertArrayEquals(new int[] {101, 1996, 4937, 7719, 2648, 102}, ids.getFirst());
    return new TextNetwork(new Engine(), encoder.model(), encoder.values()).run(ids);
  }

  @Test
  void vectorsOfTokensAreThePublishedOnes() throws Exception {
    float[] first = run(Optional.of(Pooling.CLS), false)[0];
    assertEquals(384, first.length);
    float[] wanted = {
      0.50691056f, 0.11923084f, 0.33334374f, 0.29498234f, -0.26064038f, -0.04683571f
    };
    assertArrayEquals(wanted, Arrays.copyOf(first, 6), 1e-5f);
  }

  @Test
  void cosinesAreThePublishedOnes() throws Exception {
    float[][] vectors = run(Optional.empty(), true);
    assertEquals(0.03633, dot(vectors[0], vectors[1]), 1e-5);
    assertEquals(0.55520, dot(vectors[0], vectors[2]), 1e-5);
    assertEquals(-0.00741, dot(vectors[1], vectors[2]), 1e-5);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
