package dev.bramante.config;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Settings by key, as text: a set of known keys with their defaults, some of them changed.
 * Immutable.
 */
public final class Config {
  private final Map<String, String> values;

  private Config(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** All known keys with their defaults, as key, value, key, value…. */
  public static Config defaults(String... pairs) {
    var values = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return new Config(values);
  }

  /** With more known keys: key, default, key, default…. */
  public Config and(Object... pairs) {
    var more = new LinkedHashMap<>(values);
    for (int i = 0; i < pairs.length; i += 2) {
      more.put(pairs[i].toString(), pairs[i + 1].toString());
    }
    return new Config(more);
  }

  /**
   * With one value changed.
   *
   * @throws IllegalArgumentException if the key is unknown; it names the nearest known one
   */
  public Config with(String key, String value) {
    if (!values.containsKey(key)) {
      throw new IllegalArgumentException(Nearest.complaint("key", key, values.keySet()));
    }
    var changed = new LinkedHashMap<>(values);
    changed.put(key, value.strip());
    return new Config(changed);
  }

  /** With several values changed. */
  public Config with(Map<String, String> changes) {
    Config config = this;
    for (var change : changes.entrySet()) {
      config = config.with(change.getKey(), change.getValue());
    }
    return config;
  }

  /** Keys and values, in the order of the defaults. */
  public Map<String, String> values() {
    return values;
  }

  /** Whether there is such a key. */
  public boolean knows(String key) {
    return values.containsKey(key);
  }

  /** A value as text. */
  public String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException(Nearest.complaint("key", key, values.keySet()));
    }
    return value;
  }

  /** A whole number. */
  public int integer(String key) {
    return parsed(key, Integer::parseInt, "a whole number");
  }

  /** A list of whole numbers, separated by commas or hyphens: {@code 50-25-10-2}. */
  public int[] integers(String key) {
    return parsed(
        key,
        text -> Arrays.stream(text.split("[,\\- ]+")).mapToInt(Integer::parseInt).toArray(),
        "whole numbers separated by commas");
  }

  /** A number. */
  public double number(String key) {
    return parsed(key, Double::parseDouble, "a number");
  }

  /** True or false. */
  public boolean bool(String key) {
    return switch (text(key)) {
      case "true" -> true;
      case "false" -> false;
      case String other ->
          throw new IllegalArgumentException(
              "%s must be true or false, not \"%s\"".formatted(key, other));
    };
  }

  /** One of an enumeration's constants, in any case, with hyphens for underscores. */
  public <E extends Enum<E>> E choice(String key, Class<E> choices) {
    String value = text(key).toUpperCase(Locale.ROOT).replace('-', '_');
    var names = Arrays.stream(choices.getEnumConstants()).map(Enum::name).toList();
    if (!names.contains(value)) {
      var lower =
          names.stream().map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-')).toList();
      throw new IllegalArgumentException(Nearest.complaint(key, text(key), lower));
    }
    return Enum.valueOf(choices, value);
  }

  private <T> T parsed(String key, Function<String, T> parser, String wanted) {
    try {
      return parser.apply(text(key));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s must be %s, not \"%s\"".formatted(key, wanted, text(key)), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Config that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** As {@code {classes=10, channels=1}}. */
  @Override
  public String toString() {
    return values.toString();
  }
}
