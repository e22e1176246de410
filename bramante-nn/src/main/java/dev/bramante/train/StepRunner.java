package dev.bramante.train;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a training step's graphs on batches. Those of the last shape, which is the largest, are
 * compiled at once, so that what doesn't fit the memory is known before training begins; those of
 * others when the first batch of the shape comes.
 */
final class StepRunner {
  private final Engine engine;
  private final TrainingStep step;
  private final List<List<Type>> shapes;
  private final long seed;
  private final int accumulation;
  private final Map<Integer, Programs> programs = new HashMap<>();
  private final Tensor[] outputs;
  private long hits;
  private long samples;

  private record Program(Executable executable, StepArguments arguments) {}

  /** The graphs for batches of one shape. */
  private record Programs(Program update, Optional<Program> gather) {}

  StepRunner(Engine engine, TrainingStep step, List<List<Type>> shapes, long seed) {
    this.engine = engine;
    this.step = step;
    this.shapes = shapes;
    this.seed = seed;
    this.accumulation = step.options().accumulation();
    this.outputs =
        step.counts()
            ? new Tensor[] {Tensor.scalar(0f), Tensor.scalar(0f)}
            : new Tensor[] {Tensor.scalar(0f)};
    programs(shapes.size() - 1);
  }

  private Programs programs(int shape) {
    return programs.computeIfAbsent(shape, s -> compile(step.with(shapes.get(s))));
  }

  private Programs compile(TrainingStep shaped) {
    return new Programs(
        compile(shaped.update()),
        accumulation == 1 ? Optional.empty() : Optional.of(compile(shaped.gather())));
  }

  private Program compile(Graph graph) {
    var arguments = new StepArguments(graph, step.options().optimizer(), seed);
    return new Program(engine.compile(graph), arguments);
  }

  /** What moves the weights, for batches of the largest shape. */
  Executable executable() {
    return programs(shapes.size() - 1).update().executable();
  }

  /**
   * Makes one update.
   *
   * @param step updates done before
   * @return the mean loss of its batches
   */
  double update(StepBatches batches, long step, double rate) {
    hits = 0;
    samples = 0;
    double sum = 0;
    long draw = step * accumulation;
    for (int i = 1; i <= accumulation; i++) {
      StepBatch batch = batches.next();
      Programs shaped = programs(batch.shape());
      Program program = i < accumulation ? shaped.gather().orElseThrow() : shaped.update();
      sum += run(program, batch, step, draw++, rate);
    }
    return sum / accumulation;
  }

  private double run(Program program, StepBatch batch, long step, long draw, double rate) {
    Tensor[] given = program.arguments().of(batch.inputs(), batch.targets(), step, draw, rate);
    program.executable().run(given, outputs);
    if (outputs.length > 1) {
      hits += (long) outputs[1].floats()[0];
      samples += batch.counted();
    }
    return outputs[0].floats()[0];
  }

  /** Targets of the last update that had the largest logit before it. */
  long hits() {
    return hits;
  }

  /** Targets of the last update that were counted; 0 if none are. */
  long samples() {
    return samples;
  }
}
