package dev.bramante.cli;

import dev.bramante.data.SampleRandom;
import dev.bramante.data.image.ImageTransform;
import dev.bramante.data.image.RgbImage;
import dev.bramante.data.image.Transforms;
import dev.bramante.tensor.Shape;
import dev.bramante.train.Evaluator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
      "run's or --labels names them: a line for each class, or JSON."
    })
final class ClassifyCommand extends BaseCommand {
  private static final int BATCH = 16;

  @Parameters(
      arity = "1..*",
      paramLabel = "IMAGE",
      description = "Files, folders, or - for standard input.")
  private List<String> images = List.of();

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "5",
      description = "How many classes to name (default: ${DEFAULT-VALUE}).")
  private int top;

  @Mixin private ClassifierMixin source;
  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  @Override
  public Integer call() throws Exception {
    if (top < 1) {
      throw new CommandException("--top must be at least 1, not " + top);
    }
    List<Guess.Answer> answers;
    try (var shown = progress.on(err())) {
      answers = classify(shown);
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answers);
    } else {
      answers.forEach(out()::println);
    }
    return 0;
  }

  private List<Guess.Answer> classify(Progress shown) throws IOException {
    List<PictureFiles.Source> sources = PictureFiles.find(images);
    shown.begin("reading weights");
    Classifier classifier = source.open(err());
    shown.begin("compiling");
    int batch = Math.min(sources.size(), BATCH);
    Shape input = classifier.model().input();
    Evaluator evaluator =
        Evaluator.of(
            engine.engine(), classifier.model().network(), input, classifier.weights(), batch);
    shown.begin("classifying", sources.size());
    float[] pixels = new float[batch * input.size()];
    List<Guess.Answer> answers = new ArrayList<>();
    for (int from = 0; from < sources.size(); from += batch) {
      var some = sources.subList(from, Math.min(sources.size(), from + batch));
      for (int i = 0; i < some.size(); i++) {
        read(some.get(i), input, pixels, i * input.size());
        classifier.normalization().apply(pixels, i * input.size(), input);
      }
      float[][] probabilities = evaluator.probabilities(pixels, some.size());
      for (int i = 0; i < some.size(); i++) {
        String name = some.get(i).name();
        answers.add(Guess.Answer.of(name, probabilities[i], classifier.classes(), top));
      }
      shown.at(answers.size());
    }
    return answers;
  }

  private static void read(PictureFiles.Source source, Shape input, float[] into, int offset)
      throws IOException {
    ImageTransform square = Transforms.eval(input.dim(0));
    RgbImage image = square.apply(source.read(), new SampleRandom(0, 0, 0));
    image.toFloats(into, offset, input.dim(2));
  }
}
