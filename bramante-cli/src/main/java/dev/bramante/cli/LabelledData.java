package dev.bramante.cli;

import dev.bramante.data.Csv;
import dev.bramante.data.Split;
import dev.bramante.data.TextTable;
import dev.bramante.data.text.KeptTokenizer;
import dev.bramante.data.text.LabelledTexts;
import dev.bramante.data.text.TextSource;
import dev.bramante.data.text.TokenBatches;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.models.Model;
import dev.bramante.train.Task;
import dev.bramante.train.TextTask;
import dev.bramante.train.TrainSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A table of texts with classes.
 *
 * @param name what it is, for people
 * @param kept the tokenizer
 * @param training to learn from
 * @param validation to choose by
 * @param test to measure with, once
 */
record LabelledData(
    String name, KeptTokenizer kept, TextTable training, TextTable validation, TextTable test)
    implements TextRunData {
  /** The string of a checkpoint that names the classes. */
  static final String CLASSES = "data.classes";

  private static final String PADDING = "padding";

  /** Reads the table of a run, by a tokenizer that is known already or is to be made. */
  static LabelledData load(RunSpec spec, Optional<KeptTokenizer> known) throws IOException {
    if (!isTable(spec.source())) {
      throw new CommandException(
          "texts with classes come from a table .csv with a text and a label in each row; give one"
              + " with --data");
    }
    TextTable all = read(spec.source(), Optional.empty());
    Split.Indices whole =
        Split.indices(all.texts().size(), TrainData.TEST_SHARE, TrainData.SPLIT_SEED);
    TextTable rest = part(all, whole.training());
    Split.Indices parts =
        Split.indices(rest.texts().size(), spec.validation(), TrainData.SPLIT_SEED);
    TextTable training = part(rest, parts.training());
    KeptTokenizer kept = known.isPresent() ? known.get() : tokenizer(training, spec);
    return new LabelledData(
        spec.source(),
        kept,
        training,
        part(rest, parts.validation()),
        part(all, whole.validation()));
  }

  /** Whether a source is a table. */
  static boolean isTable(String source) {
    return source.endsWith(".csv");
  }

  /** Reads a table; with labels of these classes, if they are given. */
  static TextTable read(String source, Optional<List<String>> classes) throws IOException {
    return Csv.readTexts(Path.of(source), Optional.empty(), Optional.empty(), classes);
  }

  private static TextTable part(TextTable table, int[] rows) {
    return new TextTable(
        IntStream.of(rows).mapToObj(table.texts()::get).toList(),
        IntStream.of(rows).mapToObj(table.labels()::get).toList(),
        table.classes());
  }

  private static KeptTokenizer tokenizer(TextTable training, RunSpec spec) throws IOException {
    var text = TextSource.of(spec.source(), String.join("\n", training.texts()));
    return TextTokens.tokenizer(List.of(text), spec, TextGoal.FILL_IN.specials());
  }

  @Override
  public String description() {
    return "%s: %,d texts to learn from, %,d to choose by, %,d to test with, in %d classes"
        .formatted(
            name,
            training.texts().size(),
            validation.texts().size(),
            test.texts().size(),
            classes().size());
  }

  @Override
  public RunSpec fitted(RunSpec spec, Set<String> asked) {
    return TextTokens.fitted(spec, kept.tokenizer(), asked)
        .fitted("classes", Integer.toString(classes().size()), asked)
        .fitted(PADDING, Integer.toString(padding(kept.tokenizer())), asked);
  }

  private static int padding(Tokenizer tokenizer) {
    return tokenizer
        .id("[PAD]")
        .orElseThrow(() ->
            new CommandException("the tokenizer has no [PAD]; take one that BERT was made with"));
  }

  @Override
  public Task task(Model model, TrainSettings settings) {
    if (model.output().size() != classes().size()) {
      throw new CommandException(
          "the network has %d outputs, the data %d classes; leave the setting classes out"
              .formatted(model.output().size(), classes().size()));
    }
    var batches =
        LabelledTexts.training(
            training,
            kept.tokenizer(),
            padding(kept.tokenizer()),
            TextTokens.length(model),
            settings.batch(),
            settings.seed());
    return new TextTask(
        batches,
        measured(validation, kept.tokenizer(), model, settings.batch()),
        Map.of(CLASSES, String.join("\n", classes())),
        Optional.of(kept));
  }

  /** All texts of a table once. */
  static TokenBatches measured(TextTable table, Tokenizer tokenizer, Model model, int batch) {
    return LabelledTexts.inOrder(
        table, tokenizer, padding(tokenizer), TextTokens.length(model), batch);
  }

  @Override
  public TokenBatches measured(Model model, int batch) {
    return measured(test, kept.tokenizer(), model, batch);
  }

  @Override
  public String measure() {
    return "test";
  }

  @Override
  public List<String> classes() {
    return training.classes();
  }
}
