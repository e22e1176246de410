package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/** Reads texts as tokens, in memory that doesn't grow with them. */
final class TextReading {
  private final Tokenizer tokenizer;
  private final Sink sink;
  private long tokens;
  private long characters;

  /** Takes tokens in their order. */
  @FunctionalInterface
  interface Sink {
    /** Takes some. */
    void take(int[] ids) throws IOException;
  }

  TextReading(Tokenizer tokenizer, Sink sink) {
    this.tokenizer = tokenizer;
    this.sink = sink;
  }

  /** Reads all texts. */
  void read(List<TextSource> texts, OptionalInt end) throws IOException {
    for (TextSource text : texts) {
      TextChunks.read(
          text,
          chunk -> {
            characters += chunk.codePointCount(0, chunk.length());
            take(tokenizer.encode(chunk));
          });
      if (end.isPresent()) {
        take(new int[] {end.getAsInt()});
      }
    }
    if (characters == 0) {
      throw new FileFormatException(
          texts.isEmpty() ? "no text" : texts.getFirst().name(),
          "there is nothing to read",
          "give a text");
    }
  }

  private void take(int[] ids) throws IOException {
    tokens += ids.length;
    sink.take(ids);
  }

  long tokens() {
    return tokens;
  }

  /** Code points; a line's end counts, the tokens between texts don't. */
  long characters() {
    return characters;
  }
}
