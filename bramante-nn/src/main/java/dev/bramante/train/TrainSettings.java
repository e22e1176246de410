package dev.bramante.train;

import dev.bramante.config.Config;
import dev.bramante.data.Mixing;
import dev.bramante.data.RandomErasing;
import dev.bramante.data.RandomFlip;
import dev.bramante.data.RandomShift;
import dev.bramante.data.Transform;
import dev.bramante.data.image.ImageTransform;
import dev.bramante.data.image.Transforms;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How a network is trained, read from text. {@link #defaults} lists the keys.
 *
 * @param config the values
 */
public record TrainSettings(Config config) {
  private static final String PREFIX = "train.";

  private enum Optimizers {
    SGD,
    ADAM,
    ADAMW
  }

  private enum Schedules {
    CONSTANT,
    STEPS,
    COSINE,
    NOAM,
    ONE_CYCLE
  }

  private enum Losses {
    CROSS_ENTROPY,
    MSE,
    L1,
    HUBER,
    BCE
  }

  /** All keys with their defaults. */
  public static Config defaults() {
    return Config.defaults(
        "batch", "64", // samples
        "epochs", "10", // passes over the data
        "steps", "0", // updates; 0 for as many as the epochs have
        "seed", "1", // of weights, order and random numbers
        "loss", "cross-entropy", // or mse, l1, huber, bce
        "huber-delta", "1", // where huber becomes linear
        "tokenizer", "bpe", // of texts: learnt from them, or characters, or a tokenizer's file
        "targets", "0", // last columns of a table that are numbers to predict; 0 for a label
        "label-smoothing", "0",
        "optimizer", "adamw", // or sgd, adam
        "learning-rate", "0.001",
        "momentum", "0.9", // of sgd
        "nesterov", "false", // of sgd
        "beta1", "0.9", // of adam and adamw
        "beta2", "0.999", // of adam and adamw
        "epsilon", "1e-8", // of adam and adamw
        "weight-decay", "0",
        "decay-all", "false", // whether biases and norms decay too
        "freeze", "", // layers or parameters that stay as they are: stem,sections.0
        "rates", "", // multiples of the learning rate for some: fc:10,stem:0.1
        "clip", "0", // largest norm of the gradient; 0 for no limit
        "accumulate", "1", // batches an update
        "average", "0", // share of the running average kept by a step; 0 for no average
        "schedule", "constant", // or steps, cosine, noam, one-cycle
        "warmup", "0", // steps
        "step-every", "1000", // steps, of schedule steps
        "step-factor", "0.1", // of schedule steps
        "width", "512", // of schedule noam
        "shift", "0", // pixels by which training images are moved at random
        "flip", "false", // whether training images are mirrored at random
        "crop", "0", // smallest share of a picture that training looks at; 0 for no random crops
        "jitter", "0", // range in which colours of training pictures vary
        "erasing", "0", // how often a rectangle of a training picture is erased
        "mixup", "0", // α of mixup; 0 for none
        "cutmix", "0", // α of cutmix; 0 for none
        "patience", "0", // epochs without a better validation before stopping; 0 for no end
        "save-every", "0" // steps between saves within an epoch; 0 for none
        );
  }

  /**
   * Checks all values.
   *
   * @throws IllegalArgumentException if one doesn't fit; it names the key
   */
  public TrainSettings {
    for (String key : List.of("batch", "epochs", "accumulate", "step-every", "width")) {
      require(config.integer(key) >= 1, config, key, "must be at least 1");
    }
    for (String key : List.of("steps", "warmup", "patience", "save-every", "shift")) {
      require(config.integer(key) >= 0, config, key, "must be at least 0");
    }
    double rate = config.number("learning-rate");
    require(rate > 0 && rate < 1e6, config, "learning-rate", "must be a positive number");
    for (String key : List.of("clip", "step-factor", "weight-decay")) {
      double value = config.number(key);
      require(value >= 0 && value < 1e9, config, key, "must be at least 0");
    }
    double average = config.number("average");
    require(average >= 0 && average < 1, config, "average", "must be at least 0 and less than 1");
    rates(config);
    for (String key : List.of("crop", "jitter", "erasing")) {
      double value = config.number(key);
      require(value >= 0 && value <= 1, config, key, "must be between 0 and 1");
    }
    for (String key : List.of("mixup", "cutmix")) {
      double value = config.number(key);
      require(value >= 0 && value <= 100, config, key, "must be between 0 and 100");
    }
    require(config.integer("targets") >= 0, config, "targets", "must be at least 0");
    if (config.integer("targets") > 0 && isCrossEntropy(config)) {
      throw new IllegalArgumentException(
          "targets are numbers, and loss=cross-entropy is of classes; set loss to mse, l1, huber"
              + " or bce");
    }
    config.integer("seed");
    config.bool("decay-all");
    config.bool("flip");
    options(config);
    schedule(config, 1);
  }

  private static void require(boolean fits, Config config, String key, String rule) {
    if (!fits) {
      throw new IllegalArgumentException(key + " " + rule + ", not " + config.text(key));
    }
  }

  /**
   * From a checkpoint's strings.
   *
   * @throws IllegalArgumentException if a key is unknown or a value doesn't fit
   */
  public static TrainSettings fromMetadata(Map<String, String> strings) {
    Config config = defaults();
    for (var entry : strings.entrySet()) {
      if (entry.getKey().startsWith(PREFIX)) {
        config = config.with(entry.getKey().substring(PREFIX.length()), entry.getValue());
      }
    }
    return new TrainSettings(config);
  }

  /** As strings of a checkpoint, the keys under {@code train.}. */
  Map<String, String> toMetadata() {
    Map<String, String> strings = new LinkedHashMap<>();
    config.values().forEach((key, value) -> strings.put(PREFIX + key, value));
    return strings;
  }

  /** Samples in a batch. */
  public int batch() {
    return config.integer("batch");
  }

  /** The seed of weights, order and random numbers. */
  public int seed() {
    return config.integer("seed");
  }

  /** Epochs without a better validation after which to stop; 0 for no end. */
  public int patience() {
    return config.integer("patience");
  }

  /** Steps between saves within an epoch; 0 for none. */
  public int saveEvery() {
    return config.integer("save-every");
  }

  /** The number of updates in all, for data of so many updates an epoch. */
  public long steps(long stepsPerEpoch) {
    int steps = config.integer("steps");
    return steps > 0 ? steps : config.integer("epochs") * stepsPerEpoch;
  }

  /** Loss, optimizer and what belongs to them. */
  public StepOptions options() {
    return options(config);
  }

  private static StepOptions options(Config config) {
    double clip = config.number("clip");
    return new StepOptions(
        loss(config),
        optimizer(config),
        clip == 0 ? Double.POSITIVE_INFINITY : clip,
        config.integer("accumulate"),
        config.number("average"));
  }

  private static Loss loss(Config config) {
    return switch (config.choice("loss", Losses.class)) {
      case CROSS_ENTROPY -> crossEntropy(config, (float) config.number("label-smoothing"));
      case MSE -> new Loss.MeanSquaredError();
      case L1 -> new Loss.L1();
      case HUBER -> new Loss.Huber((float) config.number("huber-delta"));
      case BCE -> new Loss.BinaryCrossEntropy();
    };
  }

  private static boolean isCrossEntropy(Config config) {
    return config.choice("loss", Losses.class) == Losses.CROSS_ENTROPY;
  }

  private static Loss crossEntropy(Config config, float smoothing) {
    return mixing(config).isOn()
        ? new Loss.MixedCrossEntropy(smoothing)
        : new Loss.CrossEntropy(smoothing, -1);
  }

  private static Optimizer optimizer(Config config) {
    double decay = config.number("weight-decay");
    double beta1 = config.number("beta1");
    double beta2 = config.number("beta2");
    double epsilon = config.number("epsilon");
    return switch (config.choice("optimizer", Optimizers.class)) {
      case SGD -> new Sgd(config.number("momentum"), config.bool("nesterov"), decay);
      case ADAM -> new Adam(beta1, beta2, epsilon, decay);
      case ADAMW -> new AdamW(beta1, beta2, epsilon, decay);
    };
  }

  /**
   * The parameter groups of a network: what is frozen, what has a learning rate of its own, and the
   * rest.
   *
   * @throws IllegalArgumentException if a setting names what the network doesn't have
   */
  public List<ParameterGroup> groups(Parameters parameters) {
    List<ParameterGroup> plain =
        config.bool("decay-all") ? ParameterGroup.all() : ParameterGroup.byRank();
    Set<String> frozen = frozen(parameters);
    List<ParameterGroup> groups = new ArrayList<>();
    if (!frozen.isEmpty()) {
      groups.addAll(ParameterGroup.only(ParameterGroup.all(), "frozen", frozen, 0));
    }
    for (var rate : rates(config).entrySet()) {
      Set<String> chosen = Selection.names(parameters, rate.getKey());
      groups.addAll(ParameterGroup.only(plain, rate.getKey(), chosen, rate.getValue()));
    }
    groups.addAll(plain);
    return List.copyOf(groups);
  }

  /**
   * The names of the parameters that stay as they are.
   *
   * @throws IllegalArgumentException if there are none of a name, or nothing is left to learn
   */
  public Set<String> frozen(Parameters parameters) {
    Set<String> frozen = new LinkedHashSet<>();
    for (String pattern : parts(config.text("freeze"))) {
      frozen.addAll(Selection.names(parameters, pattern));
    }
    long learnt = parameters.byName().values().stream().filter(Parameter::isLearnt).count();
    if (learnt > 0 && frozen.size() == learnt) {
      throw new IllegalArgumentException(
          "freeze=" + config.text("freeze") + " leaves nothing to learn; name fewer layers");
    }
    return frozen;
  }

  private static Map<String, Double> rates(Config config) {
    Map<String, Double> rates = new LinkedHashMap<>();
    for (String part : parts(config.text("rates"))) {
      int colon = part.lastIndexOf(':');
      double rate;
      try {
        rate = Double.parseDouble(part.substring(colon + 1));
      } catch (NumberFormatException e) {
        rate = Double.NaN;
      }
      if (colon < 1 || !(rate > 0 && rate < 1e6)) {
        throw new IllegalArgumentException(
            "rates must be layers with positive factors, as fc:10,stem:0.1, not \"" + part + "\"");
      }
      rates.put(part.substring(0, colon).strip(), rate);
    }
    return rates;
  }

  private static List<String> parts(String list) {
    return Stream.of(list.split(",")).map(String::strip).filter(it -> !it.isEmpty()).toList();
  }

  /**
   * The learning rate over a run of so many updates. The warm-up takes half of a short run at most,
   * but for the schedule that is made of it.
   */
  public Schedule schedule(long steps) {
    return schedule(config, steps);
  }

  private static Schedule schedule(Config config, long steps) {
    double rate = config.number("learning-rate");
    long warmup = config.integer("warmup");
    Schedule main =
        switch (config.choice("schedule", Schedules.class)) {
          case CONSTANT -> Schedule.constant(rate);
          case STEPS ->
              Schedule.steps(rate, config.integer("step-every"), config.number("step-factor"));
          case COSINE -> Schedule.cosine(rate, 0, Math.max(1, steps));
          case NOAM -> Schedule.noam(rate, config.integer("width"), Math.max(1, warmup));
          case ONE_CYCLE -> Schedule.oneCycle(rate, Math.max(1, steps));
        };
    boolean ownWarmup = config.text("schedule").toLowerCase(Locale.ROOT).equals("noam");
    return ownWarmup ? main : Schedule.warmup(Math.min(warmup, steps / 2), main);
  }

  /**
   * What training pictures go through before they are inputs.
   *
   * @param size the side of the square that the network takes
   */
  public ImageTransform pictures(int size) {
    return Transforms.train(size, config.number("crop"), config.number("jitter"));
  }

  /** What is done to training inputs before normalisation. */
  public List<Transform> augmentation() {
    var transforms = new ArrayList<Transform>();
    if (config.integer("shift") > 0) {
      transforms.add(new RandomShift(config.integer("shift")));
    }
    if (config.bool("flip")) {
      transforms.add(new RandomFlip());
    }
    return List.copyOf(transforms);
  }

  /** What is done to training inputs after normalisation. */
  public List<Transform> lateAugmentation() {
    double erase = config.number("erasing");
    return erase == 0 ? List.of() : List.of(new RandomErasing(erase));
  }

  /** How the samples of a training batch are mixed. */
  public Mixing mixing() {
    return mixing(config);
  }

  private static Mixing mixing(Config config) {
    return new Mixing(config.number("mixup"), config.number("cutmix"));
  }
}
