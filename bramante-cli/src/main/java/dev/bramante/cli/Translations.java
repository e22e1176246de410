package dev.bramante.cli;

import dev.bramante.data.text.Bleu;
import dev.bramante.data.text.PairTokens;
import dev.bramante.data.text.TextPair;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.engine.Engine;
import dev.bramante.generate.BeamSearch;
import dev.bramante.generate.CompactWeights;
import dev.bramante.generate.Translator;
import dev.bramante.generate.WeightForm;
import dev.bramante.models.Model;
import dev.bramante.models.Transformer;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Texts translated by a trained network. */
final class Translations {
  /** Texts between two reports of progress. */
  private static final int SOME = 64;

  private final Tokenizer tokenizer;
  private final PairTokens special;
  private final int longest;
  private final Translator translator;

  /**
   * Prepares a network.
   *
   * @param form in which its weights are held
   * @throws CommandException if it doesn't translate
   */
  Translations(
      Engine engine,
      Model model,
      Map<String, Tensor> values,
      Tokenizer tokenizer,
      WeightForm form) {
    if (!(model.network() instanceof Transformer network)) {
      throw new CommandException(
          "a " + model.name() + " doesn't translate; give a run of train transformer");
    }
    this.tokenizer = tokenizer;
    this.special = PairTokens.of(tokenizer);
    this.longest = model.config().integer("length");
    var weights = new CompactWeights(model.parameters(), form);
    weights.supply(engine.variables(), values);
    this.translator = new Translator(engine, network, weights, special.begin(), special.end());
  }

  /**
   * Translates texts.
   *
   * @param search how to look for likely translations; without it, each token is the likeliest
   * @throws CommandException if a text is empty or longer than the network was trained on
   */
  List<String> of(List<String> texts, Optional<BeamSearch> search) {
    List<int[]> sources = texts.stream().map(this::source).toList();
    List<int[]> targets =
        search.isPresent() ? translator.search(sources, search.get()) : translator.greedy(sources);
    return targets.stream().map(tokenizer::decode).toList();
  }

  private int[] source(String text) {
    if (text.isBlank()) {
      throw new CommandException("a text to translate is empty; give at least one word");
    }
    int[] ids = special.source(tokenizer, text.strip());
    if (ids.length > longest) {
      throw new CommandException(
          "a text has %d tokens with its end, the network reads %d; divide it: \"%s\""
              .formatted(ids.length, longest, text.length() > 60 ? text.substring(0, 60) : text));
    }
    return ids;
  }

  /** How close translations, of the likeliest token each time, are to those that people made. */
  Bleu bleu(List<TextPair> pairs, Progress shown) {
    List<TextPair> fit =
        pairs.stream()
            .filter(pair -> special.source(tokenizer, pair.source()).length <= longest)
            .toList();
    shown.begin("translating", fit.size());
    var translations = new ArrayList<String>();
    for (int i = 0; i < fit.size(); i += SOME) {
      List<TextPair> some = fit.subList(i, Math.min(i + SOME, fit.size()));
      translations.addAll(of(some.stream().map(TextPair::source).toList(), Optional.empty()));
      shown.at(translations.size());
    }
    return Bleu.of(translations, fit.stream().map(TextPair::target).toList());
  }
}
