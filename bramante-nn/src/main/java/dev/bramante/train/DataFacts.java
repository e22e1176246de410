package dev.bramante.train;

import dev.bramante.data.Dataset;
import dev.bramante.data.Normalization;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the use of a trained network needs to know about its data.
 *
 * @param classes their names, in the order of the network's outputs
 * @param normalization what is done to each input
 * @param targets what is done to numbers that are to be predicted, where there are such
 */
public record DataFacts(
    List<String> classes, Normalization normalization, Optional<Normalization> targets) {
  private static final String CLASSES = "data.classes";
  private static final String MEAN = "data.mean";
  private static final String DEVIATION = "data.deviation";
  private static final String TARGET_MEAN = "data.target-mean";
  private static final String TARGET_DEVIATION = "data.target-deviation";

  /** Copies the list. */
  public DataFacts {
    classes = List.copyOf(classes);
  }

  /** Of data in classes. */
  public DataFacts(List<String> classes, Normalization normalization) {
    this(classes, normalization, Optional.empty());
  }

  /** Of the data to train on, which are measured unless they say how to normalise them. */
  public static DataFacts of(Dataset training, Loss loss) {
    return new DataFacts(
        training.classes(),
        training.normalization().orElseGet(() -> Normalization.measure(training)),
        training.values() == 0 ? Optional.empty() : Optional.of(targets(training, loss)));
  }

  /** Numbers are normalised too, unless they are probabilities. */
  private static Normalization targets(Dataset training, Loss loss) {
    if (loss instanceof Loss.BinaryCrossEntropy) {
      requireProbabilities(training);
      float[] ones = new float[training.values()];
      Arrays.fill(ones, 1);
      return new Normalization(new float[ones.length], ones);
    }
    return Normalization.ofValues(training);
  }

  private static void requireProbabilities(Dataset training) {
    float[] values = new float[training.values()];
    for (int i = 0; i < training.size(); i++) {
      training.values(i, values, 0);
      for (float value : values) {
        if (!(value >= 0 && value <= 1)) {
          throw new IllegalArgumentException(
              "loss=bce predicts numbers from 0 to 1, a target is %s; set loss to mse"
                  .formatted(value));
        }
      }
    }
  }

  /** As strings of a checkpoint. */
  Map<String, String> toMetadata() {
    Map<String, String> strings = new LinkedHashMap<>();
    strings.put(CLASSES, String.join("\n", classes));
    strings.put(MEAN, text(normalization.mean()));
    strings.put(DEVIATION, text(normalization.deviation()));
    targets.ifPresent(it -> {
      strings.put(TARGET_MEAN, text(it.mean()));
      strings.put(TARGET_DEVIATION, text(it.deviation()));
    });
    return strings;
  }

  /**
   * From a checkpoint's strings.
   *
   * @throws IllegalArgumentException if they are missing or no numbers
   */
  public static DataFacts fromMetadata(Map<String, String> strings) {
    String classes = strings.get(CLASSES);
    if (classes == null) {
      throw new IllegalArgumentException("the checkpoint does not name the classes");
    }
    return new DataFacts(
        List.of(classes.split("\n", -1)),
        new Normalization(floats(strings, MEAN), floats(strings, DEVIATION)),
        strings.containsKey(TARGET_MEAN)
            ? Optional.of(
                new Normalization(floats(strings, TARGET_MEAN), floats(strings, TARGET_DEVIATION)))
            : Optional.empty());
  }

  private static String text(float[] values) {
    return IntStream.range(0, values.length)
        .mapToObj(i -> Float.toString(values[i]))
        .collect(Collectors.joining(","));
  }

  private static float[] floats(Map<String, String> strings, String key) {
    String[] parts = strings.getOrDefault(key, "missing").split(",");
    float[] values = new float[parts.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.parseFloat(parts[i]);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be numbers, not " + Arrays.toString(parts), e);
    }
    return values;
  }
}
