package dev.bramante.cli;

import dev.bramante.train.EpochReport;
import dev.bramante.train.Fit;
import dev.bramante.train.Listener;
import dev.bramante.train.Measures;
import dev.bramante.train.Score;
import dev.bramante.train.TokenScore;
import dev.bramante.train.Trainer;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Tells people how training goes: a line an epoch, and how far it is in between. */
final class TrainReport implements Listener {
  private static final String COLUMNS = "%6s  %8s  %10s  %10s  %10s  %7s";

  private final PrintWriter out;
  private final Progress progress;
  private final int batch;
  private Optional<Trainer> trainer = Optional.empty();
  private long stop = Long.MAX_VALUE;
  private long stepsPerEpoch = 1;
  private long firstStep;
  private long epochStep;
  private long began;
  private boolean headed;

  /**
   * A report of a run.
   *
   * @param batch samples in a step
   */
  TrainReport(PrintWriter out, Progress progress, int batch) {
    this.out = out;
    this.progress = progress;
    this.batch = batch;
  }

  /**
   * Starts the clock.
   *
   * @param running who trains
   * @param stopAt the step after which it shall stop, however far it is
   */
  void begin(Trainer running, long stopAt) {
    trainer = Optional.of(running);
    stop = stopAt;
    stepsPerEpoch = running.stepsPerEpoch();
    firstStep = running.step();
    epochStep = running.step();
    began = System.nanoTime();
    progress.begin("train", running.steps() - firstStep);
  }

  @Override
  public void step(long step, long steps, double loss, double learningRate) {
    if (step >= stop) {
      trainer.ifPresent(Trainer::stop);
    }
    progress.at(step - firstStep);
    if (progress.isDue()) {
      double seconds = (System.nanoTime() - began) / 1e9;
      progress.details(
          String.format(
              Locale.ROOT,
              "epoch %d  loss %.3f  %,.0f/s",
              (step - 1) / stepsPerEpoch + 1,
              loss,
              (step - firstStep) * batch / seconds));
    }
  }

  @Override
  public void validation(long done, long total) {
    if (progress.isDue()) {
      progress.details("validation %,d of %,d".formatted(done, total));
    }
  }

  @Override
  public void epoch(EpochReport report) {
    progress.aside(() -> print(report));
  }

  private void print(EpochReport report) {
    if (!headed) {
      headed = true;
      out.println(
          COLUMNS.formatted(
              "epoch", "loss", "validation", name(report.validation()), "samples/s", "time"));
    }
    long samples = (report.step() - epochStep) * batch;
    epochStep = report.step();
    out.println(
        COLUMNS.formatted(
                report.epoch(),
                number("%.4f", report.trainLoss()),
                number("%.4f", report.validation().loss()),
                value(report.validation()),
                number("%,.0f", samples / report.seconds()),
                Figures.time((System.nanoTime() - began) / 1e9))
            + (report.best() ? "  *" : ""));
    out.flush();
  }

  private static String name(Score score) {
    return switch (score) {
      case Measures _ -> "accuracy";
      case Fit _ -> "R²";
      case TokenScore _ -> "perplexity";
    };
  }

  private static String value(Score score) {
    return switch (score) {
      case Measures measures -> Figures.percent(measures.top1());
      case Fit fit -> number("%.4f", fit.r2());
      case TokenScore tokens -> number("%.2f", tokens.perplexity());
    };
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
