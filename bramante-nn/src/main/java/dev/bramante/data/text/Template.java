package dev.bramante.data.text;

import java.util.List;
import java.util.Map;

/**
 * The special tokens around one text and around a pair.
 *
 * @param single the parts for one text
 * @param pair the parts for two
 */
record Template(List<Part> single, List<Part> pair) {
  /** Just the texts. */
  static final Template NONE =
      new Template(List.of(new Text(0, 0)), List.of(new Text(0, 0), new Text(1, 1)));

  /** A part of the model's input, of a type of its own. */
  sealed interface Part {
    int type();
  }

  /** The text of an index. */
  record Text(int index, int type) implements Part {}

  /** A special token, which may be several ids. */
  record Special(List<Integer> ids, int type) implements Part {}

  /** BERT's form: a token before, one after each text; the second text is of type 1. */
  static Template bert(int before, int after) {
    var cls = new Special(List.of(before), 0);
    var end = new Special(List.of(after), 0);
    var second = new Special(List.of(after), 1);
    return new Template(
        List.of(cls, new Text(0, 0), end),
        List.of(cls, new Text(0, 0), end, new Text(1, 1), second));
  }

  /** RoBERTa's form: two tokens between the texts, and all of one type. */
  static Template roberta(int before, int after) {
    var cls = new Special(List.of(before), 0);
    var end = new Special(List.of(after), 0);
    return new Template(
        List.of(cls, new Text(0, 0), end),
        List.of(cls, new Text(0, 0), end, end, new Text(1, 0), end));
  }

  /** The parts with the texts' ids in their places. */
  static Encoding fill(List<Part> parts, Map<Integer, int[]> texts) {
    return Encoding.concat(
        parts.stream()
            .map(part ->
                switch (part) {
                  case Text text -> Encoding.of(texts.get(text.index()), text.type());
                  case Special special ->
                      Encoding.of(
                          special.ids().stream().mapToInt(Integer::intValue).toArray(),
                          special.type());
                })
            .toList());
  }
}
