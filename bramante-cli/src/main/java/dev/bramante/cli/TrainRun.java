package dev.bramante.cli;

import dev.bramante.backend.Profile;
import dev.bramante.engine.Engine;
import dev.bramante.models.Model;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.RunFolder;
import dev.bramante.train.TrainJob;
import dev.bramante.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** One run of training with all that is said about it. */
final class TrainRun {
  private final PrintWriter out;
  private final PrintWriter err;
  private final Progress progress;
  private final Engine engine;
  private final Model model;
  private final TrainJob job;
  private final RunData data;
  private final RunFolder folder;

  TrainRun(
      BaseCommand command,
      Progress progress,
      Engine engine,
      Model model,
      TrainJob job,
      RunData data,
      Path folder) {
    this.out = command.out();
    this.err = command.err();
    this.progress = progress;
    this.engine = engine;
    this.model = model;
    this.job = job;
    this.data = data;
    this.folder = new RunFolder(folder);
  }

  /**
   * Trains, and gives the exit status.
   *
   * @param initial the weights to begin with; empty to make them by chance, or to resume
   */
  int call(boolean resume, Optional<Map<String, Tensor>> initial, boolean profile, long stopAt)
      throws Exception {
    var report =
        new TrainReport(
            out, progress, job.settings().batch() * job.settings().options().accumulation());
    progress.begin("compiling");
    Trainer trainer =
        resume ? Trainer.resume(engine, job, folder.path(), report) : start(report, initial);
    progress.end();
    introduce(trainer);
    Optional<Profile> figures =
        profile ? Optional.of(trainer.executable().profile()) : Optional.empty();
    report.begin(trainer, stopAt);
    return Interruptible.call(trainer::stop, () -> train(trainer, report, figures));
  }

  private Trainer start(TrainReport report, Optional<Map<String, Tensor>> initial)
      throws IOException {
    return initial.isPresent()
        ? Trainer.start(engine, job, folder.path(), report, initial.get())
        : Trainer.start(engine, job, folder.path(), report);
  }

  private int train(Trainer trainer, TrainReport report, Optional<Profile> figures)
      throws IOException {
    Trainer.Result result;
    try {
      result = trainer.run();
    } finally {
      progress.end();
    }
    if (result.interrupted()) {
      out.printf(
          "interrupted at step %,d of %,d; to go on: ./bramante train --resume %s%n",
          result.steps(), trainer.steps(), folder.path());
      out.flush();
      return 0;
    }
    conclude(result);
    figures.ifPresent(it -> out.print(System.lineSeparator() + it.table()));
    out.flush();
    return 0;
  }

  private void introduce(Trainer trainer) {
    out.printf("network  %s, %,d parameters%n", model.name(), model.parameters().count());
    out.printf("data     %s%n", data.description());
    out.printf(
        "engine   %s; a step takes %s%n",
        engine.backend().name(), Figures.bytes(trainer.executable().footprint().total()));
    out.printf("folder   %s%n%n", folder.path());
    out.flush();
  }

  private void conclude(Trainer.Result result) throws IOException {
    Checkpoint best = Checkpoint.read(folder.best(), model.parameters());
    RunData.Ending end = data.end(engine, model, job.settings(), best, progress);
    out.printf(
        "%n%-8s %s, with the weights of epoch %d%n", end.data(), end.summary(), result.bestEpoch());
    folder.note(end.data() + ": " + end.summary());
    RunPictures.draw(folder, end.score(), data.classes(), err);
    out.printf("folder   %s%n", folder.path());
    out.flush();
  }
}
