package dev.bramante.cli;

import dev.bramante.data.Batch;
import dev.bramante.data.BatchLoader;
import dev.bramante.data.Transform;
import dev.bramante.engine.Engine;
import dev.bramante.train.Evaluator;
import dev.bramante.train.FitEvaluator;
import dev.bramante.train.Meter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts questions to a network and prints its answers. */
final class AnswersMixin {
  private static final int BATCH = 16;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      description = "How many classes to name (default: ${DEFAULT-VALUE}).")
  private int top;

  @Mixin private JsonMixin json;

  /** How many classes to name. */
  int top() {
    return top;
  }

  /** Who puts the questions. */
  @FunctionalInterface
  interface Asking {
    /** The answers, by {@link #ask}. */
    List<Answer> answers(Progress shown) throws IOException;
  }

  /**
   * Has questions put, and prints the answers.
   *
   * @return the exit status
   * @throws CommandException if no class is to be named; nothing is read then
   */
  int answer(BaseCommand command, ProgressMixin progress, Asking asking) throws IOException {
    if (top < 1) {
      throw new CommandException("--top must be at least 1, not " + top);
    }
    List<Answer> answers;
    try (var shown = progress.on(command.err())) {
      answers = asking.answers(shown);
    }
    return print(answers, command);
  }

  /**
   * The answers in the order of the questions.
   *
   * @throws IOException if there is one question only, and it cannot be read
   */
  List<Answer> ask(Run run, Engine engine, List<Question> all, Progress shown) throws IOException {
    shown.begin("compiling");
    int batch = Math.clamp(all.size(), 1, BATCH);
    Meter meter = run.meter(engine, batch);
    var questions = new Questions(run.input(), all);
    var answers = new ArrayList<Answer>();
    shown.begin("predict", all.size());
    List<Transform> transforms = List.of(run.facts().normalization());
    try (var loader = BatchLoader.evaluation(questions, batch, transforms)) {
      while (answers.size() < all.size()) {
        Batch some = loader.next();
        float[][] rows =
            switch (meter) {
              case Evaluator classes -> classes.probabilities(some.inputs(), some.count());
              case FitEvaluator numbers -> numbers.predictions(some.inputs(), some.count());
            };
        for (float[] row : rows) {
          answers.add(answer(run, questions, answers.size(), row));
        }
        shown.at(answers.size());
      }
    }
    return answers;
  }

  private Answer answer(Run run, Questions questions, int index, float[] row) throws IOException {
    String name = questions.name(index);
    List<String> names = run.facts().classes();
    var problem = questions.problem(index);
    if (problem.isPresent() && questions.size() == 1) {
      throw problem.get();
    }
    if (problem.isPresent()) {
      return new Answer.Failure(name, Complaints.message(problem.get()));
    }
    return run.facts().targets().isPresent()
        ? Answer.Values.of(name, row, names)
        : Answer.Classes.of(name, row, names, top);
  }

  /** Prints the answers; what could not be read is named among the errors, and is a failure. */
  private int print(List<Answer> answers, BaseCommand command) {
    int failures = 0;
    for (Answer answer : answers) {
      if (answer instanceof Answer.Failure) {
        failures++;
        command.err().println("bramante: " + answer);
      } else if (!json.wanted()) {
        command.out().println(answer);
      }
    }
    if (json.wanted()) {
      JsonMixin.print(command.out(), answers);
    }
    if (failures > 0) {
      command.err().printf("bramante: %,d of %,d cannot be read%n", failures, answers.size());
    }
    return failures == 0 ? 0 : Main.FAILED;
  }
}
