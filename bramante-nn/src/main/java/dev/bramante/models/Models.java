package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.config.Nearest;
import dev.bramante.nn.Activation;
import dev.bramante.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The registry: every architecture by its name. */
public final class Models {
  /** The key of an architecture's name among a checkpoint's strings. */
  static final String MODEL = "model";

  /** What the keys of its settings begin with. */
  static final String SETTING = "model.";

  private static final List<Architecture> ALL =
      Stream.of(first(), ConvolutionalNetworks.all(), AttentionNetworks.all())
          .flatMap(List::stream)
          .toList();

  private Models() {}

  private static List<Architecture> first() {
    return List.of(
        Architecture.of(
            "mlp",
            "multi-layer perceptron of any widths (figure 5.1)",
            Config.defaults("layers", "50,25,10,2", "activation", "relu"),
            c -> new Mlp(c.choice("activation", Activation.class), c.integers("layers")),
            c -> Shape.of(c.integers("layers")[0])),
        Architecture.of(
            "lenet",
            "LeNet for images of 28×28 (figure 5.2)",
            Config.defaults("classes", "10", "channels", "1"),
            c -> new LeNet(c.integer("channels"), c.integer("classes")),
            c -> Shape.of(28, 28, c.integer("channels"))),
        Architecture.of(
            "lenet5",
            "LeNet-5 of 1998, tanh and average pooling, for images of 32×32",
            Config.defaults("classes", "10", "channels", "1", "image", "32"),
            c -> new LeNet5(c.integer("image"), c.integer("channels"), c.integer("classes")),
            c -> Shape.of(c.integer("image"), c.integer("image"), c.integer("channels"))));
  }

  /** All architectures. */
  public static List<Architecture> all() {
    return ALL;
  }

  /** Whether there is an architecture of the name. */
  public static boolean knows(String name) {
    return ALL.stream().anyMatch(architecture -> architecture.name().equals(name));
  }

  /**
   * The architecture of a name.
   *
   * @throws IllegalArgumentException if there is none; it names the nearest
   */
  public static Architecture find(String name) {
    return ALL.stream()
        .filter(architecture -> architecture.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                Nearest.complaint("model", name, ALL.stream().map(Architecture::name).toList())));
  }

  /**
   * Makes a network.
   *
   * @param settings what differs from the architecture's defaults
   * @throws IllegalArgumentException if the name or a key is unknown, or a value doesn't fit
   */
  public static Model create(String name, Map<String, String> settings) {
    Architecture architecture = find(name);
    return new Model(architecture, architecture.defaults().with(settings));
  }

  /**
   * Makes the network that a checkpoint's strings describe.
   *
   * @throws IllegalArgumentException if they don't
   */
  public static Model from(Map<String, String> strings) {
    String name = strings.get(MODEL);
    if (name == null) {
      throw new IllegalArgumentException("the checkpoint does not say what model it is of");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    strings.forEach((key, value) -> {
      if (key.startsWith(SETTING)) {
        settings.put(key.substring(SETTING.length()), value);
      }
    });
    return create(name, settings);
  }
}
