package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.nn.Summary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows a network as a table. */
@Command(
    name = "summary",
    description = "Show a model's layers with shapes, parameters, FLOPs and memory.")
final class SummaryCommand extends BaseCommand {
  @Parameters(paramLabel = "MODEL", description = "The model; ./bramante models lists them.")
  private String name;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "1",
      description = "Examples at once (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the model; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--dump",
      paramLabel = "STAGE",
      description = "Print the network as graph, passes (the graph after each) or plan instead.")
  private Optional<Stage> dump = Optional.empty();

  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  private record Row(
      String layer, String kind, List<Integer> output, long parameters, long flops, long bytes) {}

  private record Answer(
      String model,
      int batch,
      List<Row> layers,
      long parameters,
      long flops,
      long weightBytes,
      long inferenceBytes,
      long trainingBytes,
      boolean trainingPlanned) {}

  @Override
  public Integer call() {
    if (batch < 1) {
      throw new CommandException("--batch must be at least 1, not " + batch);
    }
    Model model = Models.create(name, settings);
    Engine machine = engine.engine();
    if (dump.isPresent()) {
      out().print(dump.get().print(machine, MemoryNeed.inference(model, batch)));
      return 0;
    }
    Summary summary = Summary.of(model.network(), model.batch(batch));
    MemoryNeed memory;
    try (var shown = progress.on(err())) {
      shown.begin("planning");
      memory = MemoryNeed.of(machine, model, batch, summary);
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answer(summary, memory));
    } else {
      out().print(summary);
      out()
          .printf(
              "%nmemory for a batch of %d: %s to infer, %s%s to train with AdamW%n",
              batch,
              Figures.bytes(memory.inference()),
              memory.planned() ? "" : "about ",
              Figures.bytes(memory.training()));
      out()
          .printf(
              "of these, weights %s, AdamW's state %s, activations and kernels %s, with gradients %s%n",
              Figures.bytes(memory.weights()),
              Figures.bytes(memory.state()),
              Figures.bytes(memory.inference() - memory.weights()),
              Figures.bytes(memory.training() - memory.weights() - memory.state()));
    }
    return 0;
  }

  private Answer answer(Summary summary, MemoryNeed memory) {
    return new Answer(
        name,
        batch,
        summary.rows().stream().map(SummaryCommand::row).toList(),
        summary.parameters(),
        summary.flops(),
        memory.weights(),
        memory.inference(),
        memory.training(),
        memory.planned());
  }

  private static Row row(Summary.Row row) {
    var output = IntStream.of(row.output().dims()).boxed().toList();
    return new Row(row.path(), row.layer(), output, row.parameters(), row.flops(), row.bytes());
  }
}
