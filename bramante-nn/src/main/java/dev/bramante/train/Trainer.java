package dev.bramante.train;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.io.FileFormatException;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Trains a network and keeps what it has learnt in a folder: settings, metrics, the best weights,
 * and a checkpoint to go on from.
 *
 * <p>The same settings give the same bits, whether or not the run was stopped and resumed between.
 */
public final class Trainer {
  private final TrainJob job;
  private final RunFolder folder;
  private final Listener listener;
  private final StepRunner runner;
  private final TrainingState state;
  private final Task.Validation validation;
  private final MetricsTable metrics;
  private final long batchesPerEpoch;
  private final long stepsPerEpoch;
  private final long steps;
  private final int saveEvery;
  private final int patience;
  private Progress progress = new Progress();
  private long savedStep = -1;
  private boolean fresh = true;
  private volatile boolean stopped;

  /**
   * How a run ended.
   *
   * @param steps updates done
   * @param bestEpoch the epoch with the best validation, from 1; 0 if there was none
   * @param bestValue its accuracy, R² of numbers that are predicted, or minus the loss of tokens
   * @param interrupted whether {@link #stop} ended it
   */
  public record Result(long steps, long bestEpoch, double bestValue, boolean interrupted) {}

  private Trainer(Engine engine, TrainJob job, RunFolder folder, Listener listener) {
    this.job = job;
    this.folder = folder;
    this.listener = listener;
    this.metrics = new MetricsTable(folder.metrics());
    TrainSettings settings = job.settings();
    this.batchesPerEpoch = job.task().batches();
    this.stepsPerEpoch = Math.max(1, batchesPerEpoch / settings.options().accumulation());
    this.steps = settings.steps(stepsPerEpoch);
    this.saveEvery = settings.saveEvery();
    this.patience = settings.patience();
    var step = TrainingStep.of(job);
    this.runner = new StepRunner(engine, step, job.task().shapes(), settings.seed());
    this.state = new TrainingState(step, engine.variables());
    this.validation = job.task().validation(engine, job.network(), step.averages());
  }

  /**
   * A new run. Nothing is written before {@link #run}.
   *
   * @throws IOException if the folder holds something already
   */
  public static Trainer start(Engine engine, TrainJob job, Path folder, Listener listener)
      throws IOException {
    var trainer = begin(engine, job, folder, listener);
    trainer.state.initialise(job.settings().seed());
    return trainer;
  }

  /**
   * A new run from given weights. Nothing is written before {@link #run}.
   *
   * @param initial all that the network holds, by the names that checkpoints have
   * @throws IOException if the folder holds something already
   */
  public static Trainer start(
      Engine engine, TrainJob job, Path folder, Listener listener, Map<String, Tensor> initial)
      throws IOException {
    var trainer = begin(engine, job, folder, listener);
    trainer.state.initialise(initial);
    return trainer;
  }

  private static Trainer begin(Engine engine, TrainJob job, Path folder, Listener listener)
      throws IOException {
    var place = new RunFolder(folder);
    place.requireNew();
    return new Trainer(engine, job, place, listener);
  }

  /**
   * A run that goes on from its last checkpoint.
   *
   * @throws IOException if there is none, or it is of another network
   */
  public static Trainer resume(Engine engine, TrainJob job, Path folder, Listener listener)
      throws IOException {
    var place = new RunFolder(folder);
    place.requireLast();
    var trainer = new Trainer(engine, job, place, listener);
    trainer.restore();
    return trainer;
  }

  private void restore() throws IOException {
    Path file = folder.last();
    Checkpoint checkpoint = Checkpoint.read(file, Parameters.of(job.network()));
    try {
      progress = Progress.fromMetadata(checkpoint.metadata());
      state.restore(checkpoint);
    } catch (IllegalArgumentException e) {
      throw new FileFormatException(file, e.getMessage(), "resume the run that wrote this file", e);
    }
    metrics.keepUpTo(progress.step());
    savedStep = progress.step();
    fresh = false;
  }

  /** The training step as it runs: its plan tells what it costs, its profile where time goes. */
  public Executable executable() {
    return runner.executable();
  }

  /** Updates done so far. */
  public long step() {
    return progress.step();
  }

  /** Updates in all. */
  public long steps() {
    return steps;
  }

  /** Updates in an epoch. */
  public long stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Lets {@link #run} save and return after the current step. For any thread. */
  public void stop() {
    stopped = true;
  }

  /**
   * Trains to the end, or until {@link #stop}.
   *
   * @throws TrainingException if the loss is not finite
   * @throws IOException if the folder cannot be written
   */
  public Result run() throws IOException {
    if (fresh) {
      folder.create(settings());
      job.task().write(folder.path());
      fresh = false;
    }
    folder.note("begins at step " + progress.step() + " of " + steps);
    long batches = progress.step() * job.settings().options().accumulation();
    try (var source =
        job.task().training(batches / batchesPerEpoch, (int) (batches % batchesPerEpoch))) {
      train(source);
    }
    folder.note("ends at step " + progress.step() + " of " + steps);
    return new Result(progress.step(), progress.bestEpoch(), progress.best(), !isOver());
  }

  private boolean isOver() {
    return progress.step() >= steps || patience > 0 && progress.waited() >= patience;
  }

  private void train(StepBatches batches) throws IOException {
    Schedule schedule = job.settings().schedule(steps);
    long began = System.nanoTime();
    while (!isOver() && !stopped) {
      double rate = schedule.rate(progress.step());
      double loss = runner.update(batches, progress.step(), rate);
      if (!Double.isFinite(loss)) {
        throw notFinite("loss", loss, rate);
      }
      progress.addStep(loss, runner.hits(), runner.samples());
      listener.step(progress.step(), steps, loss, rate);
      if (progress.step() % stepsPerEpoch == 0 || progress.step() == steps) {
        validate(rate, began);
        began = System.nanoTime();
      } else if (isSavedNow()) {
        save();
      }
    }
    if (savedStep < progress.step()) { // stopped within an epoch
      save();
    }
  }

  private boolean isSavedNow() {
    return saveEvery > 0 && progress.step() % saveEvery == 0;
  }

  private void validate(double rate, long began) throws IOException {
    int size = validation.size();
    Score score = validation.measure(done -> listener.validation(done, size));
    if (!Double.isFinite(score.loss())) {
      throw notFinite("loss in validation", score.loss(), rate);
    }
    long epoch = (progress.step() + stepsPerEpoch - 1) / stepsPerEpoch;
    double trainLoss = progress.meanLoss();
    double trainAccuracy = progress.accuracy();
    progress.addValidation(score.value(), epoch);
    boolean best = progress.bestEpoch() == epoch;
    if (best) {
      state.saveAverages(folder.best(), metadata());
    }
    double seconds = (System.nanoTime() - began) * 1e-9;
    var report =
        new EpochReport(
            epoch, progress.step(), trainLoss, trainAccuracy, score, rate, seconds, best);
    metrics.add(report);
    save();
    folder.note(report.toString());
    listener.epoch(report);
  }

  private void save() throws IOException {
    state.save(folder.last(), metadata());
    savedStep = progress.step();
  }

  private TrainingException notFinite(String what, double value, double rate) {
    String left =
        Files.exists(folder.last())
            ? "the last good checkpoint is " + folder.last()
            : "no checkpoint was saved before";
    return new TrainingException(
        "the %s is %s at step %d, with a learning rate of %s; %s; lower learning-rate or set clip"
            .formatted(what, value, progress.step(), rate, left));
  }

  /** What the run is, as strings: of the network, and of the training under {@code train.}. */
  private Map<String, String> settings() {
    Map<String, String> strings = new LinkedHashMap<>(job.about());
    strings.putAll(job.settings().toMetadata());
    return strings;
  }

  private Map<String, String> metadata() {
    Map<String, String> strings = settings();
    strings.putAll(job.task().toMetadata());
    strings.putAll(progress.toMetadata());
    return strings;
  }
}
