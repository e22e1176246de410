package dev.bramante.cli;

import dev.bramante.backend.Profile;
import dev.bramante.config.Nearest;
import dev.bramante.models.Model;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Something to be timed, by its name. */
sealed interface BenchCase permits NetworkCase, ProductCase {
  /** Something ready to run, again and again. */
  interface Task {
    /**
     * Checks the answer.
     *
     * @throws IllegalStateException if it is wrong
     */
    void check();

    /** One call; allocates nothing. */
    void run();

    /** Begins to measure the steps of a call; empty where a call is one kernel. */
    Optional<Profile> profile();
  }

  /** Names that are known, for whoever mistypes one. */
  List<String> EXAMPLES =
      List.of(
          "mlp-train-32",
          "mlp-infer-1",
          "lenet-train-64",
          "lenet-infer-1",
          "resnet50-infer-1",
          "resnet50-train-16",
          "vgg16-infer-4",
          "alexnet-train-32",
          "matmul-1024",
          "matmul-2048",
          "matmul-1024x768x3072");

  /** Where a network's weights come from. */
  @FunctionalInterface
  interface Source {
    /** All that a network holds, by name, as checkpoints have it. */
    Map<String, Tensor> values(Model model) throws IOException;
  }

  /**
   * Makes it ready.
   *
   * @throws IOException if the weights cannot be read
   */
  Task prepare(EngineMixin options, Source weights) throws IOException;

  /** Samples that one call works on; 1 for a product. */
  int samples();

  /** Operations of one call that are counted; 0 where only time is. */
  double flops();

  /**
   * The case of a name.
   *
   * @throws IllegalArgumentException if there is none; it names the nearest
   */
  static BenchCase parse(String name) {
    Matcher network =
        Pattern.compile("(\\w+)-(train|infer)-([1-9]\\d{0,4})(?:x([1-9]\\d{0,4}))?").matcher(name);
    if (network.matches() && NetworkCase.knows(network.group(1))) {
      return new NetworkCase(
          network.group(1),
          network.group(2).equals("train"),
          Integer.parseInt(network.group(3)),
          Optional.ofNullable(network.group(4)));
    }
    Matcher cube = Pattern.compile("matmul-([1-9]\\d{0,4})").matcher(name);
    if (cube.matches()) {
      int side = Integer.parseInt(cube.group(1));
      return new ProductCase(side, side, side);
    }
    String size = "([1-9]\\d{0,4})";
    Matcher product = Pattern.compile("matmul-%sx%sx%s".formatted(size, size, size)).matcher(name);
    if (product.matches()) {
      return new ProductCase(
          Integer.parseInt(product.group(1)),
          Integer.parseInt(product.group(2)),
          Integer.parseInt(product.group(3)));
    }
    throw new IllegalArgumentException(Nearest.complaint("case", name, EXAMPLES));
  }
}
