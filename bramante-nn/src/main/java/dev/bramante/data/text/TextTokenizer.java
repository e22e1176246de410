package dev.bramante.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A tokenizer put together of its stages, in the order in which a text passes them. */
final class TextTokenizer implements Tokenizer {
  private final AddedTokens added;
  private final Normalizer normalizer;
  private final Splitter splitter;
  private final WordModel model;
  private final Template template;
  private final Joiner joiner;

  TextTokenizer(
      List<AddedTokens.Token> added,
      Normalizer normalizer,
      Splitter splitter,
      WordModel model,
      Template template,
      Joiner joiner) {
    this.added = new AddedTokens(added, normalizer);
    this.normalizer = normalizer;
    this.splitter = splitter;
    this.model = model;
    this.template = template;
    this.joiner = joiner;
  }

  @Override
  public int size() {
    return Math.max(model.vocabulary().size(), added.size());
  }

  @Override
  public int[] encode(String text) {
    var ids = IntStream.builder();
    added.read(
        text,
        new AddedTokens.Reader() {
          @Override
          public void text(String between) {
            splitter.split(between).forEach(piece -> model.encode(piece, ids));
          }

          @Override
          public void token(int id) {
            ids.add(id);
          }
        });
    return ids.build().toArray();
  }

  /** The special tokens around texts. */
  Template template() {
    return template;
  }

  @Override
  public Encoding encodeForModel(String text) {
    return Template.fill(template.single(), Map.of(0, encode(text)));
  }

  @Override
  public Encoding encodeForModel(String first, String second) {
    return Template.fill(template.pair(), Map.of(0, encode(first), 1, encode(second)));
  }

  @Override
  public String decode(int... ids) {
    var tokens = new ArrayList<String>();
    for (int id : ids) {
      if (!isSpecial(id)) {
        tokens.add(token(id));
      }
    }
    return joiner.join(tokens);
  }

  @Override
  public boolean isSpecial(int id) {
    var found = added.token(id);
    return found != null && found.special();
  }

  @Override
  public OptionalInt id(String token) {
    int id = added.id(token);
    return id >= 0 ? OptionalInt.of(id) : model.vocabulary().find(token);
  }

  @Override
  public String token(int id) {
    var found = added.token(id);
    return found != null ? found.content() : model.vocabulary().token(id);
  }

  List<AddedTokens.Token> added() {
    return added.tokens();
  }

  Normalizer normalizer() {
    return normalizer;
  }

  Splitter splitter() {
    return splitter;
  }

  WordModel model() {
    return model;
  }
}
