package dev.bramante.cli;

import dev.bramante.backend.Profile;
import dev.bramante.config.Nearest;
import dev.bramante.generate.WeightForm;
import dev.bramante.models.Model;
import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Something to be timed, by its name. */
sealed interface BenchCase permits DecodeCase, NetworkCase, ProductCase {
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
          "gpt2-prefill-512",
          "gpt2-decode",
          "gpt2-decode-bf16",
          "gpt2-decode-int8",
          "matmul-1024",
          "matmul-2048",
          "matmul-1024x768x3072");

  /** Where a network's weights come from. */
  interface Source {
    /** All that a network holds, by name, as checkpoints have it. */
    Map<String, Tensor> values(Model model) throws IOException;

    /** The same, each tensor when it is asked for; what the user gave is read now. */
    BiFunction<String, Parameter, Elements> elements(Model model) throws IOException;
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

  /** Bytes that one call has to read, where reading memory is what limits it; 0 elsewhere. */
  default double bytes() {
    return 0;
  }

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
    Matcher prefill = Pattern.compile("(gpt\\w*)-prefill-([1-9]\\d{0,4})").matcher(name);
    if (prefill.matches() && NetworkCase.knows(prefill.group(1))) {
      return new NetworkCase(prefill.group(1), false, 1, Optional.of(prefill.group(2)));
    }
    Matcher decode = Pattern.compile("(gpt\\w*)-decode(?:-(bf16|int8))?").matcher(name);
    if (decode.matches() && NetworkCase.knows(decode.group(1))) {
      String form = Optional.ofNullable(decode.group(2)).orElse("f32");
      return new DecodeCase(decode.group(1), WeightForm.valueOf(form.toUpperCase(Locale.ROOT)));
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
