package dev.bramante.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a trained network about files. */
@Command(
    name = "predict",
    description =
        "Say what pictures of any size, the images of an IDX file or the rows of a table are.",
    footer = {
      "",
      "The network is a run's: its folder or a checkpoint of it; or, with --weights, anybody's for",
      "pictures. A table is for a run that learnt one: a header, and rows of as many numbers as",
      "the network reads; if the columns to be predicted are there too, they are passed over.",
      "The images of Fashion-MNIST are bright on black; for photographs on white use --invert."
    })
final class PredictCommand extends BaseCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "The run, unless --weights says what to use; then the files.")
  private List<Path> places = List.of();

  @Option(names = "--invert", description = "Take dark for bright and bright for dark.")
  private boolean invert;

  @Mixin private ClassifierMixin classifier;
  @Mixin private AnswersMixin answers;
  @Mixin private EngineMixin engine;
  @Mixin private ProgressMixin progress;

  @Override
  public Integer call() throws Exception {
    return answers.answer(this, progress, this::predict);
  }

  private List<Answer> predict(Progress shown) throws IOException {
    boolean others = classifier.place().isPresent();
    List<Path> files = others ? places : places.subList(1, places.size());
    if (files.isEmpty()) {
      throw new CommandException("predict what? Give files after the run, " + places.getFirst());
    }
    shown.begin("reading", files.size());
    Run run = others ? classifier.open(err()).run() : Run.open(places.getFirst());
    var asked = new ArrayList<Question>();
    for (int i = 0; i < files.size(); i++) {
      asked.addAll(QuestionFiles.read(files.get(i), run, invert));
      shown.at(i + 1);
    }
    return answers.ask(run, engine.engine(), asked, shown);
  }
}
