package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Text as its tokens come: what is certain is shown at once. Characters may need several tokens,
 * and the beginning of a text that ends the whole isn't shown before it's clear that it doesn't.
 */
final class TextStream {
  private static final char INCOMPLETE = '\uFFFD';

  private final Tokenizer tokenizer;
  private final List<String> stops;
  private final Consumer<String> sink;
  private final List<Integer> ids = new ArrayList<>();
  private int shown;
  private String text = "";

  TextStream(Tokenizer tokenizer, List<String> stops, Consumer<String> sink) {
    this.tokenizer = tokenizer;
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    this.sink = sink;
  }

  /** Takes a token; says whether the text goes on. */
  boolean add(int id) {
    ids.add(id);
    text = tokenizer.decode(ids.stream().mapToInt(Integer::intValue).toArray());
    int end = stops.stream().mapToInt(text::indexOf).filter(at -> at >= 0).min().orElse(-1);
    if (end >= 0) {
      text = text.substring(0, end);
      show(end);
      return false;
    }
    show(certain());
    return true;
  }

  /** Shows the rest. */
  void end() {
    show(text.length());
  }

  /** All of it. */
  String text() {
    return text;
  }

  /** The length that later tokens can't change. */
  private int certain() {
    int length = text.length();
    while (length > 0 && text.charAt(length - 1) == INCOMPLETE) {
      length--;
    }
    for (String stop : stops) {
      for (int begun = Math.min(stop.length() - 1, length); begun > 0; begun--) {
        if (text.startsWith(stop.substring(0, begun), length - begun)) {
          length -= begun;
          break;
        }
      }
    }
    return length;
  }

  private void show(int length) {
    if (length > shown) {
      sink.accept(text.substring(shown, length));
      shown = length;
    }
  }
}
