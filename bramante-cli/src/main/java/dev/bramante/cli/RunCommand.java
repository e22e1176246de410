package dev.bramante.cli;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a network on tensors from a file. */
@Command(
    name = "run",
    description = "Run a model on tensors: safetensors in, safetensors out.",
    footer = {
      "",
      "The weights are safetensors or PyTorch's .pth under its names, or a run's. The input file",
      "holds one tensor, or one called \"input\", of shape [N, ...]: images are [N, height, width,",
      "channels]. The output file gets one tensor called \"output\"."
    })
final class RunCommand extends BaseCommand {
  private static final String INPUT = "input";
  private static final String OUTPUT = "output";

  @Parameters(paramLabel = "MODEL", description = "The model; ./bramante models lists them.")
  private String name;

  @Option(names = "--input", required = true, paramLabel = "X", description = "The input.")
  private Path input;

  @Option(names = "--output", required = true, paramLabel = "Y", description = "The result.")
  private Path output;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the model; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Mixin private WeightsMixin weights;
  @Mixin private EngineMixin engine;
  @Mixin private ProgressMixin progress;

  @Override
  public Integer call() throws Exception {
    Tensor y;
    try (var shown = progress.on(err())) {
      y = run(shown);
    }
    SafeTensors.write(output, Map.of(OUTPUT, y), Map.of("model", name));
    out().printf("%s: %s %s%n", output, OUTPUT, y.shape());
    return 0;
  }

  private Tensor run(Progress shown) throws IOException {
    shown.begin("reading");
    Model model = Models.create(name, settings);
    Map<String, Tensor> values = weights.read(model, HeadPolicy.KEEP, 0, err()).values();
    Tensor x = input(model);
    shown.begin("compiling");
    Engine machine = engine.engine();
    var layout = Weights.of(model.parameters(), ParameterGroup.all());
    layout.supply(machine.variables(), values);
    var graph = Evaluation.output(model.network(), List.of(new Type(DType.F32, x.shape())), layout);
    Executable executable = machine.compile(graph);
    shown.begin("run");
    return executable.run(x).getFirst();
  }

  private Tensor input(Model model) throws IOException {
    try (var file = SafeTensors.open(input)) {
      var entries = file.entries();
      var chosen =
          entries.size() == 1 ? entries.getFirst() : file.entry(INPUT).orElseThrow(this::ambiguous);
      int[] dims = chosen.shape().dims();
      boolean fits =
          dims.length > 0
              && dims[0] > 0
              && Shape.of(Arrays.copyOfRange(dims, 1, dims.length)).equals(model.input());
      if (!fits) {
        throw new FileFormatException(
            input,
            "the tensor %s is %s, the model takes [N, then %s]"
                .formatted(chosen.name(), chosen.shape(), model.input()),
            "images are [N, height, width, channels]: transpose what PyTorch has as [N, C, H, W]");
      }
      return Tensor.of(chosen.shape(), file.floats(chosen.name()));
    }
  }

  private FileFormatException ambiguous() {
    return new FileFormatException(
        input, "there are several tensors and none is called " + INPUT, "name one of them so");
  }
}
