package dev.bramante.cli;

import dev.bramante.tensor.Shape;
import dev.bramante.train.Evaluator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies images. */
@Command(
    name = "predict",
    description = "Classify pictures of any size (PNG, JPEG) or the images of an IDX file.",
    footer = {
      "",
      "The images of Fashion-MNIST are bright on black; for photographs on white use --invert."
    })
final class PredictCommand extends BaseCommand {
  private static final int MOST = 64;

  @Parameters(index = "0", paramLabel = "RUN", description = "A run's folder, or a checkpoint.")
  private Path place;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "The images.")
  private List<Path> files = List.of();

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "3",
      description = "How many classes to name (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(names = "--invert", description = "Take dark for bright and bright for dark.")
  private boolean invert;

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
      answers = answers(shown);
    }
    if (json.wanted()) {
      JsonMixin.print(out(), answers);
    } else {
      answers.forEach(out()::println);
    }
    return 0;
  }

  private List<Guess.Answer> answers(Progress shown) throws IOException {
    shown.begin("reading", files.size());
    Run run = Run.open(place);
    Shape shape = run.input();
    if (shape.rank() != 3 || shape.dim(2) != 1 && shape.dim(2) != 3) {
      throw new CommandException(
          place + " takes inputs of shape " + shape + ", no pictures; eval measures it");
    }
    List<Pixels> images = new ArrayList<>();
    int read = 0;
    for (Path file : files) {
      images.addAll(Pixels.read(file, shape));
      shown.at(++read);
    }
    return classify(run, images, shown);
  }

  private List<Guess.Answer> classify(Run run, List<Pixels> images, Progress shown) {
    shown.begin("compiling");
    int batch = Math.clamp(images.size(), 1, MOST);
    Evaluator evaluator = run.evaluator(engine.engine(), batch);
    shown.begin("predict", images.size());
    int size = run.input().size();
    float[] inputs = new float[batch * size];
    var answers = new ArrayList<Guess.Answer>();
    for (int from = 0; from < images.size(); from += batch) {
      List<Pixels> some = images.subList(from, Math.min(images.size(), from + batch));
      for (int i = 0; i < some.size(); i++) {
        Pixels image = invert ? some.get(i).inverted() : some.get(i);
        System.arraycopy(image.values(), 0, inputs, i * size, size);
        run.facts().normalization().apply(inputs, i * size, run.input());
      }
      float[][] probabilities = evaluator.probabilities(inputs, some.size());
      for (int i = 0; i < some.size(); i++) {
        String name = some.get(i).name();
        answers.add(Guess.Answer.of(name, probabilities[i], run.facts().classes(), top));
      }
      shown.at(answers.size());
    }
    return answers;
  }
}
