package dev.bramante.train;

import dev.bramante.backend.Executable;
import dev.bramante.data.text.TokenBatch;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.nn.Network;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Measures a network on texts: how well it predicts tokens, or classes of texts. Not safe for use
 * by several threads.
 */
public final class TextMeter implements Task.Validation {
  private static final Loss PLAIN = new Loss.CrossEntropy();

  private final Engine engine;
  private final Network network;
  private final Weights weights;
  private final TokenBatches batches;
  private final TextTensors tensors;
  private final Map<Integer, Program> programs = new HashMap<>();

  private record Program(Executable executable, StepArguments arguments, Shape output) {}

  /**
   * Measures with the weights that an engine holds.
   *
   * @param batches an epoch of these
   */
  public TextMeter(Engine engine, Network network, Weights weights, TokenBatches batches) {
    this.engine = engine;
    this.network = network;
    this.weights = weights;
    this.batches = batches;
    this.tensors = new TextTensors(batches);
    program(batches.shapes().size() - 1); // what doesn't fit is known at once
  }

  /** Measures with weights of its own, by the names that checkpoints have. */
  public static TextMeter of(
      Engine engine, Network network, Map<String, Tensor> values, TokenBatches batches) {
    Weights weights = Weights.of(Parameters.of(network), ParameterGroup.all());
    weights.supply(engine.variables(), values);
    return new TextMeter(engine, network, weights, batches);
  }

  @Override
  public int size() {
    return batches.count();
  }

  @Override
  public Score measure(IntConsumer progress) {
    Shape first = program(0).output();
    return first.rank() == 2 && batches.targets().getFirst().rank() == 1
        ? classes(first.dim(1), progress)
        : tokens(progress);
  }

  private Measures classes(int classes, IntConsumer progress) {
    var tally = new Tally(classes);
    var batch = new TokenBatch(batches);
    for (int i = 0; i < batches.count(); i++) {
      batches.fill(0, i, batch);
      Tensor[] results = run(batch);
      tally.add(results[0].floats(), batch.targets(), results[1].floats()[0]);
      progress.accept(i + 1);
    }
    return tally.measures();
  }

  private TokenScore tokens(IntConsumer progress) {
    var batch = new TokenBatch(batches);
    double loss = 0;
    double hits = 0;
    int count = 0;
    for (int i = 0; i < batches.count(); i++) {
      batches.fill(0, i, batch);
      int counted = TextTensors.counted(batch);
      if (counted > 0) {
        Tensor[] results = run(batch);
        loss += results[0].floats()[0] * (double) counted;
        hits += results[1].floats()[0];
        count += counted;
      }
      progress.accept(i + 1);
    }
    if (count == 0) {
      throw new IllegalArgumentException("there is no token to measure with");
    }
    return new TokenScore(count, loss / count, hits / count, batches.characters());
  }

  private Tensor[] run(TokenBatch batch) {
    Program program = program(batch.shape());
    Tensor[] given = program.arguments().of(tensors.inputs(batch), tensors.targets(batch), 0, 0, 0);
    return program.executable().run(given).toArray(Tensor[]::new);
  }

  private Program program(int shape) {
    return programs.computeIfAbsent(shape, this::compile);
  }

  /** Logits and loss where texts have classes; loss and hits where each token counts. */
  private Program compile(int shape) {
    var types = tensors.types().get(shape);
    Graph full = Evaluation.measures(network, types, weights, PLAIN);
    Shape output = full.outputs().getFirst().type().shape();
    Graph graph = output.rank() == 2 ? full : Evaluation.hits(network, types, weights, PLAIN);
    var arguments = new StepArguments(graph, new Sgd(0, false, 0), 0);
    return new Program(engine.compile(graph), arguments, output);
  }
}
