package dev.bramante.parity;

import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
import dev.bramante.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rule by which both sides fill every tensor from its name, so that references need no weights.
 * Shapes and names are the ecosystem's; numbers are worked out in double precision and rounded.
 */
public final class Fill {
  private static final List<String> EMBEDDINGS = List.of("wte", "wpe", "embeddings", "embed.");
  private static final List<String> TRANSPOSED = List.of("c_attn", "c_proj", "c_fc");
  private static final double EMBEDDING = 0.02 * Math.sqrt(3);

  private Fill() {}

  /** A parameter or buffer. */
  public static Tensor tensor(String name, Shape shape) {
    Elements elements = elements(name, shape);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = elements.at(i);
    }
    return Tensor.of(shape, values);
  }

  private static Elements elements(String name, Shape shape) {
    long key = SplitMix.key(name);
    if (name.endsWith("running_var")) {
      return index -> (float) (1 + 0.5 * Math.abs(uniform(key, index)));
    }
    double scale = scale(name, shape);
    boolean gain = shape.rank() < 2 && name.endsWith("weight");
    double middle = gain ? 1 : 0;
    return index -> (float) (scale * uniform(key, index) + middle);
  }

  /** All that a network holds, by the names and in the shapes of checkpoints; counters are 0. */
  public static Map<String, Tensor> of(Parameters parameters) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    parameters.byName().forEach((name, p) -> values.put(name, of(name, p)));
    return values;
  }

  /** What one parameter or buffer holds; counters are 0. */
  public static Tensor of(String name, Parameter parameter) {
    return parameter.isCounter()
        ? parameter.initial(0, name)
        : tensor(name, parameter.storedShape());
  }

  /** What one parameter or buffer holds, an element at a time; counters are 0. */
  public static Elements elements(String name, Parameter parameter) {
    return parameter.isCounter() ? _ -> 0 : elements(name, parameter.storedShape());
  }

  /** A batch of images or vectors. */
  public static Tensor input(Shape shape) {
    long key = SplitMix.key("input");
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) uniform(key, i);
    }
    return Tensor.of(shape, values);
  }

  private static double scale(String name, Shape shape) {
    if (shape.rank() < 2) {
      return 0.1;
    }
    boolean weight = name.endsWith("weight") || name.endsWith("in_proj_weight");
    if (!weight || EMBEDDINGS.stream().anyMatch(name::contains)) {
      return EMBEDDING;
    }
    boolean transposed = TRANSPOSED.stream().anyMatch(name::contains);
    int fanIn = transposed ? shape.dim(0) : shape.size() / shape.dim(0);
    return Math.sqrt(3.0 / fanIn);
  }

  /** A number in [−1, 1) with 24 random bits. */
  private static double uniform(long key, long index) {
    return (SplitMix.bits(key, index) >>> 40) * 0x1p-23 - 1;
  }
}
