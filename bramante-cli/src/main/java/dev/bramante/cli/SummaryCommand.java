package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.nn.Summary;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.TrainSettings;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
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
  private static final int FLOAT = 4;

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
      long trainingBytes) {}

  @Override
  public Integer call() {
    if (batch < 1) {
      throw new CommandException("--batch must be at least 1, not " + batch);
    }
    Model model = Models.create(name, settings);
    Engine machine = engine.engine();
    var weights = Weights.of(model.parameters(), ParameterGroup.all());
    Graph inference = Evaluation.output(model.network(), model.batch(batch), weights);
    if (dump.isPresent()) {
      out().print(dump.get().print(machine, inference));
      return 0;
    }
    Summary summary = Summary.of(model.network(), model.batch(batch));
    Memory memory;
    try (var shown = progress.on(err())) {
      shown.begin("planning");
      memory = memory(machine, model, weights, inference);
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answer(summary, memory));
    } else {
      out().print(summary);
      out()
          .printf(
              "%nmemory for a batch of %d: %s to infer, %s to train with AdamW%n",
              batch, Figures.bytes(memory.inference()), Figures.bytes(memory.training()));
      out()
          .printf(
              "of these, weights %s, AdamW's state %s, activations and kernels %s and %s%n",
              Figures.bytes(memory.weights()),
              Figures.bytes(memory.state()),
              Figures.bytes(memory.inference() - memory.weights()),
              Figures.bytes(memory.training() - memory.weights() - memory.state()));
    }
    return 0;
  }

  /** What is needed, in bytes. */
  private record Memory(long weights, long state, long inference, long training) {}

  private Memory memory(Engine machine, Model model, Weights weights, Graph inference) {
    var options = new TrainSettings(TrainSettings.defaults()).options();
    Graph training =
        new TrainingStep(model.network(), model.batch(batch), weights, options).update();
    long parameters = FLOAT * model.parameters().count();
    long state = parameters * options.optimizer().state().size();
    return new Memory(
        parameters,
        state,
        machine.footprint(inference).total(),
        machine.footprint(training).total());
  }

  private Answer answer(Summary summary, Memory memory) {
    return new Answer(
        name,
        batch,
        summary.rows().stream().map(SummaryCommand::row).toList(),
        summary.parameters(),
        summary.flops(),
        memory.weights(),
        memory.inference(),
        memory.training());
  }

  private static Row row(Summary.Row row) {
    var output = IntStream.of(row.output().dims()).boxed().toList();
    return new Row(row.path(), row.layer(), output, row.parameters(), row.flops(), row.bytes());
  }
}
