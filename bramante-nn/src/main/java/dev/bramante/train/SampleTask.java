package dev.bramante.train;

import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.data.Dataset;
import dev.bramante.data.Transform;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Type;
import dev.bramante.nn.Network;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Samples of numbers, as pictures or rows of a table, each of a class or with numbers to predict.
 */
public final class SampleTask implements Task {
  private final Shape input;
  private final TrainSettings settings;
  private final Dataset training;
  private final Dataset validation;
  private final Type batch;
  private final DataFacts facts;

  /**
   * Learning from one data set and being measured on another.
   *
   * @param input the shape of one input of the network, with as many elements as the data's: a
   *     perceptron takes images as rows of pixels
   * @throws IllegalArgumentException if the data sets are not of one kind, or don't fill a batch
   */
  public SampleTask(Shape input, TrainSettings settings, Dataset training, Dataset validation) {
    requireFits(input, settings, training, validation);
    this.input = input;
    this.settings = settings;
    this.training = training;
    this.validation = validation;
    this.batch = Evaluator.batchType(input, settings.batch());
    this.facts = DataFacts.of(training, settings.options().loss());
  }

  private static void requireFits(
      Shape input, TrainSettings settings, Dataset training, Dataset validation) {
    if (!training.inputShape().equals(validation.inputShape())
        || !training.classes().equals(validation.classes())) {
      throw new IllegalArgumentException(
          "training data %s with %d classes and validation data %s with %d don't fit"
              .formatted(
                  training.inputShape(),
                  training.classes().size(),
                  validation.inputShape(),
                  validation.classes().size()));
    }
    if (training.inputShape().size() != input.size()) {
      throw new IllegalArgumentException(
          "the network takes %s, the data are %s".formatted(input, training.inputShape()));
    }
    if (training.size() < settings.batch()) {
      throw new IllegalArgumentException(
          "%d samples don't fill a batch of %d; set batch to less"
              .formatted(training.size(), settings.batch()));
    }
  }

  @Override
  public List<List<Type>> shapes() {
    return List.of(List.of(batch));
  }

  @Override
  public int batches() {
    return training.size() / settings.batch();
  }

  @Override
  public StepBatches training(long epoch, int step) {
    List<Transform> transforms = new ArrayList<>(settings.augmentation());
    transforms.add(facts.normalization());
    transforms.addAll(settings.lateAugmentation());
    return new Samples(
        BatchLoader.training(
            training,
            settings.batch(),
            settings.seed(),
            transforms,
            settings.mixing(),
            epoch,
            step));
  }

  /** A loader's batches as tensors, each made once. */
  private final class Samples implements StepBatches {
    private final BatchLoader loader;
    private final Loss loss = settings.options().loss();
    private final StepTargets targets = new StepTargets(loss, facts, settings.batch());
    private final KnownTensors tensors = new KnownTensors();

    Samples(BatchLoader loader) {
      this.loader = loader;
    }

    @Override
    public StepBatch next() {
      Batch next = loader.next();
      Tensor x = tensors.of(DType.F32, batch.shape(), next.inputs());
      int counted = 0;
      if (counts(loss)) {
        for (int target : next.targets()) {
          counted += target == Batch.IGNORED ? 0 : 1;
        }
      }
      return new StepBatch(0, List.of(x), targets.of(next), counted);
    }

    @Override
    public void close() {
      loader.close();
    }
  }

  @Override
  public Validation validation(Engine engine, Network network, Weights weights) {
    Meter meter = Meter.of(engine, network, input, weights, facts, settings, settings.batch());
    int classes = training.classes().size();
    if (meter instanceof Evaluator classifier && classifier.classes() != classes) {
      throw new IllegalArgumentException(
          "the network has %d outputs, the data %d classes"
              .formatted(classifier.classes(), classes));
    }
    return new Validation() {
      @Override
      public int size() {
        return validation.size();
      }

      @Override
      public Score measure(IntConsumer progress) {
        return meter.measure(validation, List.of(facts.normalization()), progress);
      }
    };
  }

  @Override
  public Map<String, String> toMetadata() {
    return facts.toMetadata();
  }
}
