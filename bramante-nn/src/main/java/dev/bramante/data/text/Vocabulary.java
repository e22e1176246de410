package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Tokens and their ids, both ways. Ids may have gaps. */
final class Vocabulary {
  static final int MAX_SIZE = 1 << 22;

  private final Map<String, Integer> ids;
  private final List<String> tokens = new ArrayList<>();

  /** Ids are from 0 to {@link #MAX_SIZE}; a later token takes an id over from an earlier one. */
  Vocabulary(Map<String, Integer> ids) {
    this.ids = Map.copyOf(ids);
    ids.forEach((token, id) -> {
      while (tokens.size() <= id) {
        tokens.add(null);
      }
      tokens.set(id, token);
    });
  }

  /** A JSON object of tokens and ids. */
  static Vocabulary of(Json object) throws FileFormatException {
    var ids = new HashMap<String, Integer>();
    for (var entry : object.members().entrySet()) {
      ids.put(entry.getKey(), entry.getValue().integer(0, MAX_SIZE));
    }
    return new Vocabulary(ids);
  }

  int size() {
    return tokens.size();
  }

  /** The id of a token, or -1. */
  int id(String token) {
    return ids.getOrDefault(token, -1);
  }

  OptionalInt find(String token) {
    int id = id(token);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  boolean knows(int id) {
    return id >= 0 && id < tokens.size() && tokens.get(id) != null;
  }

  String token(int id) {
    if (!knows(id)) {
      throw new IllegalArgumentException(
          "the token id " + id + " is unknown; ids are from 0 to " + (size() - 1));
    }
    return tokens.get(id);
  }

  Map<String, Integer> ids() {
    return ids;
  }
}
