package dev.bramante.train;

import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.TokenBatch;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Texts: their tokens are to be predicted, or their classes. */
public final class TextTask implements Task {
  private final TokenBatches training;
  private final TokenBatches validation;
  private final Map<String, String> facts;
  private final Optional<KeptTokenizer> tokenizer;

  /**
   * Learning from some batches and being measured on others.
   *
   * @param facts what the use of the trained network needs to know
   * @param tokenizer what made the tokens, to be kept with the network
   * @throws IllegalArgumentException if there is no batch to learn from, or to measure with
   */
  public TextTask(
      TokenBatches training,
      TokenBatches validation,
      Map<String, String> facts,
      Optional<KeptTokenizer> tokenizer) {
    requireSome(training, "training");
    requireSome(validation, "validation");
    this.training = training;
    this.validation = validation;
    this.facts = Map.copyOf(facts);
    this.tokenizer = tokenizer;
  }

  private static void requireSome(TokenBatches batches, String name) {
    if (batches.count() < 1) {
      throw new IllegalArgumentException(
          "the %s text doesn't fill a batch; set batch or length to less, or give more text"
              .formatted(name));
    }
  }

  @Override
  public List<List<Type>> shapes() {
    return new TextTensors(training).types();
  }

  @Override
  public int batches() {
    return training.count();
  }

  @Override
  public StepBatches training(long epoch, int batch) {
    return new Texts(epoch, batch);
  }

  @Override
  public Validation validation(Engine engine, Network network, Weights weights) {
    return new TextMeter(engine, network, weights, validation);
  }

  @Override
  public Map<String, String> toMetadata() {
    return facts;
  }

  @Override
  public void write(Path folder) throws IOException {
    if (tokenizer.isPresent()) {
      tokenizer.get().write(folder);
    }
  }

  /** Batches made when they are asked for, which takes far less time than a step. */
  private final class Texts implements StepBatches {
    private final TokenBatch batch = new TokenBatch(training);
    private final TextTensors tensors = new TextTensors(training);
    private long epoch;
    private int next;

    Texts(long epoch, int next) {
      this.epoch = epoch;
      this.next = next;
    }

    @Override
    public StepBatch next() {
      if (next == training.count()) {
        epoch++;
        next = 0;
      }
      training.fill(epoch, next++, batch);
      return new StepBatch(
          batch.shape(), tensors.inputs(batch), tensors.targets(batch), TextTensors.counted(batch));
    }

    @Override
    public void close() {}
  }
}
