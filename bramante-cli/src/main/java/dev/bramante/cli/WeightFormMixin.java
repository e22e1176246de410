package dev.bramante.cli;

import dev.bramante.generate.WeightForm;
import picocli.CommandLine.Option;

/** In how many bits weights are held where text is made. */
final class WeightFormMixin {
  @Option(
      names = "--weights-as",
      paramLabel = "FORM",
      defaultValue = "f32",
      description =
          "How to hold weights: ${COMPLETION-CANDIDATES}. Reading them limits the speed, bf16 is"
              + " about twice as fast and int8 faster still, at some loss of quality"
              + " (default: ${DEFAULT-VALUE}).")
  private WeightForm form;

  WeightForm chosen() {
    return form;
  }
}
