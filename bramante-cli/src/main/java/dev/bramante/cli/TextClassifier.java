package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.engine.Engine;
import dev.bramante.io.FileFormatException;
import dev.bramante.models.Bert;
import dev.bramante.models.Model;
import dev.bramante.pretrained.HuggingFaceFolder;
import dev.bramante.pretrained.TextNetwork;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A BERT that classifies texts, with its weights and its tokenizer.
 *
 * @param classes their names
 */
record TextClassifier(
    Model model, Map<String, Tensor> weights, Tokenizer tokenizer, List<String> classes) {
  /**
   * Opens a folder of Hugging Face, or a run.
   *
   * @param labels a file of the classes' names; empty for those that are kept there, or numbers
   * @throws CommandException if it classifies no texts
   */
  static TextClassifier open(Path place, Optional<Path> labels) throws IOException {
    return Files.isDirectory(place) && HuggingFaceFolder.is(place)
        ? foreign(place, labels)
        : run(place, labels);
  }

  private static void requireClassifier(Path place, Model model) {
    if (!(model.network() instanceof Bert.Classifier)) {
      throw new CommandException(
          place + ": the " + model.name() + " in it classifies no texts; give a BERT that does");
    }
  }

  private static TextClassifier foreign(Path folder, Optional<Path> labels) throws IOException {
    var read = HuggingFaceFolder.read(folder);
    requireClassifier(folder, read.model());
    Tokenizer tokenizer = Tokenizers.read(folder);
    int words = read.model().config().integer("vocab");
    if (tokenizer.size() > words) {
      throw new FileFormatException(
          folder,
          "the tokenizer has %,d tokens, the model %,d".formatted(tokenizer.size(), words),
          "give a tokenizer and a model that belong together");
    }
    return new TextClassifier(
        read.model(), read.values(), tokenizer, Labels.of(folder, read, labels));
  }

  private static TextClassifier run(Path place, Optional<Path> labels) throws IOException {
    TextModel opened = TextModel.open(place);
    requireClassifier(place, opened.model());
    int outputs = opened.model().output().size();
    List<String> kept =
        List.of(opened.about().getOrDefault(LabelledData.CLASSES, "").split("\n", -1));
    List<String> classes =
        labels.isPresent()
            ? Labels.read(labels.get(), outputs)
            : kept.size() == outputs ? kept : Labels.numbers(outputs);
    return new TextClassifier(opened.model(), opened.weights(), opened.tokenizer(), classes);
  }

  /**
   * Classifies texts.
   *
   * @param truncate whether texts that are too long are cut at their end
   * @param top how many classes to name
   */
  List<Answer> answers(
      Engine engine, List<String> texts, boolean truncate, int top, Progress shown) {
    var network = new TextNetwork(engine, model, weights);
    var ids = new ArrayList<int[]>();
    for (String text : texts) {
      ids.add(TextArguments.ids(tokenizer, text, network.positions(), truncate));
    }
    shown.begin("classifying", texts.size());
    float[][] logits = network.run(ids, shown::at);
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < logits.length; i++) {
      answers.add(Answer.Classes.of(texts.get(i), softmax(logits[i]), classes, top));
    }
    return answers;
  }

  private static float[] softmax(float[] logits) {
    double top = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      top = Math.max(top, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - top);
    }
    float[] shares = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      shares[i] = (float) (Math.exp(logits[i] - top) / sum);
    }
    return shares;
  }
}
