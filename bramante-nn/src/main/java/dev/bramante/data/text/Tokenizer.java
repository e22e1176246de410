package dev.bramante.data.text;

import java.util.OptionalInt;

/** Text to token ids and back. Immutable, and safe to use from several threads. */
public interface Tokenizer {
  /** The number of ids: one more than the largest. */
  int size();

  /** The ids of a text, without the special tokens that a model wants around it. */
  int[] encode(String text);

  /** The ids of a text with the special tokens around it, as the tokenizer's file says. */
  Encoding encodeForModel(String text);

  /** The ids of a pair of texts with the special tokens around and between them. */
  Encoding encodeForModel(String first, String second);

  /**
   * The text of ids; special tokens are left out.
   *
   * @throws IllegalArgumentException if an id isn't known
   */
  String decode(int... ids);

  /** Whether an id stands for no text: an end, a mask, padding. */
  boolean isSpecial(int id);

  /** The id of a token, written as in the vocabulary. */
  OptionalInt id(String token);

  /**
   * The token of an id, written as in the vocabulary.
   *
   * @throws IllegalArgumentException if the id isn't known
   */
  String token(int id);
}
