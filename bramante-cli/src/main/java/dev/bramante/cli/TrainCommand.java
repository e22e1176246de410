package dev.bramante.cli;

import dev.bramante.data.image.BrokenImages;
import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.TokenPairs.TooLong;
import dev.bramante.engine.Engine;
import dev.bramante.models.Bert;
import dev.bramante.models.BertMaskedLanguageModel;
import dev.bramante.models.Gpt;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.models.Transformer;
import dev.bramante.pretrained.Pretrained.HeadPolicy;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.RunFolder;
import dev.bramante.train.TrainJob;
import dev.bramante.train.TrainSettings;
import dev.bramante.train.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains a network by a recipe, or goes on with a run. */
@Command(
    name = "train",
    description = "Train a network by a recipe: mlp, lenet, resnet20, ... ; see models.",
    footer = {
      "",
      "Without --data it learns data that comes with Bramante: a sample of Fashion-MNIST, or",
      "clipart32 for networks of colour pictures, in a size that a laptop can do; six novels by",
      "Jane Austen for gpt and bert, Bible verses in English and Spanish for transformer. The run's folder holds the configuration, the metrics, the best",
      "weights, the last checkpoint, the log and pictures. Ctrl-C saves; --resume RUN goes on and",
      "ends with the same bits."
    })
final class TrainCommand extends BaseCommand {
  /** Of the rates that Devlin et al. 2019 chose from the largest. */
  private static final String FINE_RATE = "0.00005";

  @Parameters(arity = "0..1", paramLabel = "RECIPE", description = "The recipe.")
  private Optional<String> recipe = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "A folder or zip file of pictures (train/CLASS/*.jpg, test/CLASS/*.jpg, or CLASS/*.jpg),",
        "clipart32, a folder with the four IDX files of Fashion-MNIST; for mlp also a table .csv;",
        "for gpt and bert a text .txt (or .gz) or a folder of texts; for bert also a table .csv of",
        "texts and labels; for transformer pairs .tsv or a folder of them."
      })
  private Optional<String> data = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run's folder (default: runs/RECIPE-1, -2, ...).")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data.")
  private Optional<Integer> epochs = Optional.empty();

  @Option(names = "--steps", paramLabel = "N", description = "Updates, instead of epochs.")
  private Optional<Integer> steps = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Of weights, order and chance.")
  private Optional<Integer> seed = Optional.empty();

  @Option(names = "--resume", paramLabel = "RUN", description = "Go on with the run of a folder.")
  private Optional<Path> resume = Optional.empty();

  @Option(
      names = "--stop-at",
      paramLabel = "STEP",
      description = "Save and stop there, as Ctrl-C does; --resume goes on.")
  private long stopAt = Long.MAX_VALUE;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the network or the training; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--strict",
      description =
          "Stop at the first picture that cannot be read, or pair that is too long; otherwise it is"
              + " left out.")
  private boolean strict;

  @Option(names = "--profile", description = "Show at the end where the time of a step goes.")
  private boolean profile;

  @Option(
      names = "--dump",
      paramLabel = "STAGE",
      description = "Print the step as graph, passes (the graph after each) or plan; don't train.")
  private Optional<Stage> dump = Optional.empty();

  @Option(
      names = "--freeze",
      paramLabel = "LAYER,...",
      description = "Layers that stay as they are, by path or name: stem,sections.0 or layer1.*")
  private Optional<String> freeze = Optional.empty();

  @Option(names = "--new-head", description = "Learn the last layer anew, with --weights.")
  private boolean newHead;

  /** Settings that the user or the weights to begin with have chosen: data doesn't change them. */
  private final Set<String> fixed = new HashSet<>();

  @Mixin private WeightsMixin weights;
  @Mixin private EngineMixin engine;
  @Mixin private ProgressMixin progress;

  @Override
  public Integer call() throws Exception {
    try (var shown = progress.on(err())) {
      return call(shown);
    }
  }

  private int call(Progress shown) throws Exception {
    RunSpec asked = changed(base());
    Path folder = folder(asked);
    if (resume.isEmpty()) {
      new RunFolder(folder).requireNew();
      OutFolder.requireWritable(folder);
    }
    shown.begin("reading data");
    BrokenImages broken =
        strict
            ? BrokenImages.refused()
            : BrokenImages.skipped(line -> shown.aside(() -> err().println("skipped: " + line)));
    int status;
    try (RunData read = load(asked, broken)) {
      status = train(asked, read, folder, shown);
    }
    if (broken.count() > 0) {
      out().printf("broken   %,d pictures were skipped%n", broken.count());
    }
    return status;
  }

  private int train(RunSpec asked, RunData read, Path folder, Progress shown) throws Exception {
    RunSpec spec = resume.isEmpty() ? read.fitted(asked, fixed) : asked;
    Model model = Models.create(spec.model(), spec.network().values());
    var training = new TrainSettings(spec.training());
    Map<String, String> about = new LinkedHashMap<>(model.toMetadata());
    about.putAll(spec.about(read.input(model)));
    var job = new TrainJob(model.network(), training, read.task(model, training), about);
    Engine machine = engine.engine();
    shown.end();
    if (dump.isPresent()) {
      out().print(dump.get().print(machine, TrainingStep.of(job).update()));
      return 0;
    }
    Optional<Map<String, Tensor>> initial = initial(model, training.seed());
    var run = new TrainRun(this, shown, machine, model, job, read, folder);
    return run.call(resume.isPresent(), initial, profile, stopAt);
  }

  /** What is to be trained, before the options change it. */
  private RunSpec base() throws IOException {
    if (resume.isPresent()) {
      return resumed(new RunFolder(resume.get()));
    }
    String name =
        recipe.orElseThrow(() ->
            new CommandException("which recipe? There are " + String.join(", ", Recipe.names())));
    Recipe found = Recipe.find(name);
    return RunSpec.of(data.map(found::onData).orElse(found));
  }

  private RunSpec resumed(RunFolder folder) throws IOException {
    if (weights.place().isPresent()) {
      throw new CommandException(
          "--resume goes on with the run's own weights; leave --weights out");
    }
    if (settings.containsKey(TextTokens.TOKENIZER)) {
      throw new CommandException("--resume goes on with the run's own tokenizer; leave it out");
    }
    if (out.isPresent()) {
      throw new CommandException("--resume goes on in the run's own folder; leave --out out");
    }
    folder.requireLast();
    RunSpec spec = RunSpec.from(Checkpoint.metadata(folder.last()));
    String begun = spec.training().text("seed");
    if (!recipe.orElse(spec.recipe()).equals(spec.recipe())
        || !seed.map(String::valueOf).orElse(begun).equals(begun)) {
      throw new CommandException(
          "%s is a run of %s with seed %s; leave recipe and seed out to go on with it"
              .formatted(folder.path(), spec.recipe(), begun));
    }
    return spec;
  }

  private RunSpec changed(RunSpec spec) throws IOException {
    fixed.addAll(settings.keySet());
    RunSpec changed = sized(data.map(spec::withSource).orElse(spec));
    for (var setting : settings.entrySet()) {
      changed = changed.with(setting.getKey(), setting.getValue());
    }
    if (freeze.isPresent()) {
      changed = changed.with("freeze", freeze.get());
    }
    changed = with(changed, "epochs", epochs);
    changed = with(changed, "steps", steps);
    return with(changed, "seed", seed);
  }

  /**
   * With the sizes of the network of texts whose weights are to begin with, if these tell them; as
   * long as it has positions, and at a rate that keeps what a network of others has learnt.
   */
  private RunSpec sized(RunSpec spec) throws IOException {
    Optional<Path> place = weights.place().filter(it -> resume.isEmpty() && Files.isDirectory(it));
    if (place.isEmpty() || !KeptTokenizer.isIn(place.get())) {
      return spec;
    }
    var sized = spec;
    Map<String, String> sizes = TextModel.sizes(place.get());
    for (var size : sizes.entrySet()) {
      sized = sized.fitted(size.getKey(), size.getValue(), settings.keySet());
      fixed.add(size.getKey());
    }
    if (sizes.containsKey("positions")) {
      int positions = Integer.parseInt(sizes.get("positions"));
      int length = Math.min(positions, sized.network().integer("length"));
      sized = sized.fitted("length", Integer.toString(length), settings.keySet());
    }
    return TextModel.isRun(place.get()) ? sized : sized.withTraining("learning-rate", FINE_RATE);
  }

  private static RunSpec with(RunSpec spec, String key, Optional<Integer> value) {
    return value.map(number -> spec.with(key, Integer.toString(number))).orElse(spec);
  }

  private RunData load(RunSpec spec, BrokenImages broken) throws IOException {
    Model model = Models.create(spec.model(), spec.network().values());
    return switch (model.network()) {
      case Gpt _ -> TextData.load(spec, tokenizer(), TextGoal.CONTINUE);
      case Bert.Classifier _ -> LabelledData.load(spec, tokenizer());
      case BertMaskedLanguageModel _ -> TextData.load(spec, tokenizer(), TextGoal.FILL_IN);
      case Transformer _ ->
          PairData.load(spec, tokenizer(), strict ? TooLong.REFUSED : TooLong.LEFT_OUT);
      default -> new SampleData(TrainData.load(spec, broken));
    };
  }

  /** The tokenizer of a run that goes on, or of the weights to begin with. */
  private Optional<KeptTokenizer> tokenizer() throws IOException {
    Optional<Path> place = resume.or(weights::place).filter(KeptTokenizer::isIn);
    boolean asked = settings.containsKey(TextTokens.TOKENIZER);
    return place.isPresent() && !asked
        ? Optional.of(KeptTokenizer.read(place.get()))
        : Optional.empty();
  }

  private Path folder(RunSpec spec) {
    return resume.or(() -> out).orElseGet(() -> OutFolder.free(spec.recipe()));
  }

  /** The weights to begin with, unless they are made by chance or the run goes on. */
  private Optional<Map<String, Tensor>> initial(Model model, long seed) throws IOException {
    if (weights.place().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        weights.read(model, newHead ? HeadPolicy.NEW : HeadPolicy.FIT, seed, err()).values());
  }
}
