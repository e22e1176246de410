package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Text as its tokens come: what is certain is shown at once. Characters may need several tokens,
 * and the beginning of a text that ends the whole isn't shown before it's clear that it doesn't.
 *
 * <p>The last tokens alone are decoded, together with those before them, on which their spaces may
 * depend: a text costs as much as it has tokens.
 */
final class TextStream {
  private static final char INCOMPLETE = '\uFFFD';

  private final Tokenizer tokenizer;
  private final List<String> stops;
  private final int longestStop;
  private final Consumer<String> sink;
  private final List<Integer> ids = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  /** Tokens before this one are settled, those before {@link #contextFrom} not needed any more. */
  private int settled;

  private int contextFrom;
  private int shown;
  private boolean stopped;

  TextStream(Tokenizer tokenizer, List<String> stops, Consumer<String> sink) {
    this.tokenizer = tokenizer;
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
    this.longestStop = this.stops.stream().mapToInt(String::length).max().orElse(0);
    this.sink = sink;
  }

  /** Takes a token, unless the text has ended; says whether it goes on. */
  boolean add(int id) {
    if (stopped) {
      return false;
    }
    ids.add(id);
    String fresh = fresh();
    if (!fresh.isEmpty() && fresh.charAt(fresh.length() - 1) == INCOMPLETE) {
      return true;
    }
    append(fresh);
    contextFrom = settled;
    settled = ids.size();
    show(stopped ? text.length() : certain());
    return !stopped;
  }

  /** The text of the tokens that aren't settled. */
  private String fresh() {
    String before = decoded(contextFrom, settled);
    String all = decoded(contextFrom, ids.size());
    return all.substring(Math.min(before.length(), all.length()));
  }

  private String decoded(int from, int to) {
    return tokenizer.decode(ids.subList(from, to).stream().mapToInt(Integer::intValue).toArray());
  }

  private void append(String fresh) {
    int from = Math.max(0, text.length() - longestStop + 1);
    text.append(fresh);
    int end =
        stops.stream()
            .mapToInt(stop -> text.indexOf(stop, from))
            .filter(at -> at >= 0)
            .min()
            .orElse(-1);
    if (end >= 0) {
      text.setLength(end);
      stopped = true;
    }
  }

  /** Shows the rest. */
  void end() {
    if (!stopped && settled < ids.size()) {
      append(fresh());
      settled = ids.size();
    }
    show(text.length());
  }

  /** All of it, once it has ended. */
  String text() {
    return text.toString();
  }

  /** The length that later tokens can't change. */
  private int certain() {
    int length = text.length();
    for (String stop : stops) {
      for (int begun = Math.min(stop.length() - 1, length); begun > 0; begun--) {
        if (text.substring(length - begun, length).equals(stop.substring(0, begun))) {
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
