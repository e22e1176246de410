package dev.bramante.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Classifies pictures with any weights. */
@Command(
    name = "classify",
    description =
        "Classify pictures (JPEG, PNG, BMP, GIF, WebP) with weights of ours or of others.",
    footer = {
      "",
      "The model is found by the names and shapes of the weights unless --model names it. Pictures",
      "are scaled and cut as torchvision does; their classes are numbers unless the weights are a",
      "run's or --labels names them: a line for each class, or JSON. Of several pictures, those",
      "that cannot be read are named, and the others classified."
    })
final class ClassifyCommand extends BaseCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Files, folders, or - for standard input.")
  private List<String> images = List.of();

  @Mixin private ClassifierMixin source;
  @Mixin private AnswersMixin answers;
  @Mixin private EngineMixin engine;
  @Mixin private ProgressMixin progress;

  @Override
  public Integer call() throws Exception {
    answers.check();
    List<Answer> said;
    try (var shown = progress.on(err())) {
      said = classify(shown);
    }
    return answers.print(said, this);
  }

  private List<Answer> classify(Progress shown) throws IOException {
    List<PictureFiles.Source> sources = PictureFiles.find(images);
    shown.begin("reading weights");
    Run run = source.open(err()).run();
    List<Question> pictures = PictureFiles.questions(sources, run.input());
    return answers.ask(run, engine.engine(), pictures, shown);
  }
}
