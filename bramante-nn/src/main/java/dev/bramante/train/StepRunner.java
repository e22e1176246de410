package dev.bramante.train;

import dev.bramante.backend.Executable;
import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs a training step's graphs on batches of a loader. Allocates nothing once it is warm. */
final class StepRunner {
  private final int accumulation;
  private final Shape input;
  private final StepTargets targets;
  private final KnownTensors inputs = new KnownTensors();
  private final Program update;
  private final Optional<Program> gather;
  private final Tensor[] outputs;
  private long hits;
  private long samples;

  /** The inputs of one run; used again, so that a step allocates nothing. */
  private final List<Tensor> given = Arrays.asList(new Tensor[1]);

  private record Program(Executable executable, StepArguments arguments) {
    static Program of(Engine engine, Graph graph, TrainingStep step, long seed) {
      var arguments = new StepArguments(graph, step.options().optimizer(), seed);
      return new Program(engine.compile(graph), arguments);
    }
  }

  StepRunner(Engine engine, TrainingStep step, Shape input, DataFacts facts, long seed) {
    this.accumulation = step.options().accumulation();
    this.input = input;
    this.targets = new StepTargets(step.options().loss(), facts, input.dim(0));
    this.outputs =
        step.counts()
            ? new Tensor[] {Tensor.scalar(0f), Tensor.scalar(0f)}
            : new Tensor[] {Tensor.scalar(0f)};
    this.update = Program.of(engine, step.update(), step, seed);
    this.gather =
        accumulation == 1
            ? Optional.empty()
            : Optional.of(Program.of(engine, step.gather(), step, seed));
  }

  /** What moves the weights. */
  Executable executable() {
    return update.executable();
  }

  /**
   * Makes one update.
   *
   * @param step updates done before
   * @return the mean loss of its batches
   */
  double update(BatchLoader loader, long step, double rate) {
    hits = 0;
    samples = 0;
    double sum = 0;
    long draw = step * accumulation;
    for (int i = 1; i < accumulation; i++) {
      sum += run(gather.orElseThrow(), loader.next(), step, draw++, rate);
    }
    sum += run(update, loader.next(), step, draw, rate);
    return sum / accumulation;
  }

  private double run(Program program, Batch batch, long step, long draw, double rate) {
    Tensor x = inputs.of(DType.F32, input, batch.inputs());
    Tensor y = targets.of(batch);
    given.set(0, x);
    program.executable().run(program.arguments().of(given, y, step, draw, rate), outputs);
    if (outputs.length > 1) {
      count(batch);
    }
    return outputs[0].floats()[0];
  }

  private void count(Batch batch) {
    hits += (long) outputs[1].floats()[0];
    for (int target : batch.targets()) {
      samples += target == Batch.IGNORED ? 0 : 1;
    }
  }

  /** Samples of the last update whose class had the largest logit before it. */
  long hits() {
    return hits;
  }

  /** Samples of the last update that were counted; 0 if none are. */
  long samples() {
    return samples;
  }
}
