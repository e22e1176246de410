package dev.bramante.io.pickle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a pickle holds. Values may be shared and may even contain themselves, so whoever walks over
 * them keeps account of where he was.
 */
public sealed interface PickleValue {
  /** None, True and False. */
  enum Constant implements PickleValue {
    /** The absence of a value. */
    NONE,
    /** A truth value. */
    TRUE,
    /** A truth value. */
    FALSE
  }

  /**
   * A whole number of up to 64 bits.
   *
   * @param value the number
   */
  record Whole(long value) implements PickleValue {}

  /**
   * A number with a fraction.
   *
   * @param value the number
   */
  record Real(double value) implements PickleValue {}

  /**
   * A string.
   *
   * @param value the string
   */
  record Text(String value) implements PickleValue {}

  /**
   * Something sound that nobody here has a use for: bytes, numbers of more than 64 bits.
   *
   * @param what what it is, for people
   */
  record Opaque(String what) implements PickleValue {}

  /**
   * Something that the vocabulary knows by name.
   *
   * @param full module and name, joined by a dot
   */
  record Global(String full) implements PickleValue {}

  /** A list, tuple or set. Compared by identity. */
  final class Sequence implements PickleValue {
    private final List<PickleValue> items;

    /** Of these items, which are not copied. */
    public Sequence(List<PickleValue> items) {
      this.items = items;
    }

    /** The items; a list that can grow. */
    public List<PickleValue> items() {
      return items;
    }
  }

  /** A dictionary, as the pairs that were put into it. Compared by identity. */
  final class Dictionary implements PickleValue {
    private final List<Pair> pairs = new ArrayList<>();

    /**
     * One entry.
     *
     * @param key of any kind
     * @param value of any kind
     */
    public record Pair(PickleValue key, PickleValue value) {}

    /** All pairs in order; of equal keys the last counts. A list that can grow. */
    public List<Pair> pairs() {
      return pairs;
    }

    /** The value of a key that is a string. */
    public Optional<PickleValue> get(String key) {
      var wanted = new Text(key);
      Optional<PickleValue> found = Optional.empty();
      for (Pair pair : pairs) {
        if (pair.key() instanceof Text text && text.equals(wanted)) {
          found = Optional.of(pair.value());
        }
      }
      return found;
    }
  }

  /** What a vocabulary makes. */
  non-sealed interface Made extends PickleValue {}
}
