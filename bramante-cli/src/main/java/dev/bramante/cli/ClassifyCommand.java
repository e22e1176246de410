package dev.bramante.cli;

import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies pictures or texts with any weights. */
@Command(
    name = "classify",
    description =
        "Classify pictures (JPEG, PNG, BMP, GIF, WebP) or texts with weights of ours or of others.",
    footer = {
      "",
      "The model is found by the names and shapes of the weights unless --model names it. Pictures",
      "are scaled and cut as torchvision does; their classes are numbers unless the weights are a",
      "run's or --labels names them: a line for each class, or JSON. Of several pictures, those",
      "that cannot be read are named, and the others classified.",
      "",
      "With a folder of Hugging Face as --model, its configuration says all that. Texts are",
      "classified by a BERT of such a folder, or of a run of ours:",
      "  ./bramante classify --model DIR --text \"what a film\" \"never again\""
    })
final class ClassifyCommand extends BaseCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE|TEXT",
      description = "Files, folders, or - for standard input; with --text texts, or - for lines.")
  private List<String> arguments = List.of();

  @Option(names = "--text", description = "The arguments are texts.")
  private boolean text;

  @Option(names = "--truncate", description = "Cut texts that are too long at the end.")
  private boolean truncate;

  @Mixin private ClassifierMixin source;
  @Mixin private AnswersMixin answers;
  @Mixin private EngineMixin engine;
  @Mixin private ProgressMixin progress;

  @Override
  public Integer call() throws Exception {
    return answers.answer(this, progress, text ? this::texts : this::pictures);
  }

  private List<Answer> pictures(Progress shown) throws IOException {
    List<PictureFiles.Source> sources = PictureFiles.find(arguments);
    shown.begin("reading weights");
    Run run = source.open(err()).run();
    List<Question> pictures =
        sources.stream().map(it -> PictureFiles.question(it, run.input(), run.view())).toList();
    return answers.ask(run, engine.engine(), pictures, shown);
  }

  private List<Answer> texts(Progress shown) throws IOException {
    List<String> texts = TextArguments.read(arguments);
    shown.begin("reading weights");
    TextClassifier classifier = source.openTexts();
    return classifier.answers(engine.engine(), texts, truncate, answers.top(), shown);
  }
}
