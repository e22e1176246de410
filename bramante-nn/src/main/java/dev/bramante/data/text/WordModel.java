package dev.bramante.data.text;

import java.util.stream.IntStream;

/** How a piece of text, which the splitter doesn't divide further, becomes tokens. */
sealed interface WordModel permits Bpe, WordPiece {
  Vocabulary vocabulary();

  /** Adds the ids of a piece. */
  void encode(String piece, IntStream.Builder ids);
}
