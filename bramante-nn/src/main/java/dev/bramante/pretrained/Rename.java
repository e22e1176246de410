package dev.bramante.pretrained;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * How others call one kind of parameter, in patterns: {@code #} stands for a number, {@code *} for
 * {@code weight} or {@code bias}. Where they keep in several tensors what is one of ours, these are
 * its parts along the first axis, in order.
 *
 * @param ours our name
 * @param theirs their names
 */
record Rename(Name ours, List<Name> theirs) {
  /** A tensor of theirs as a part of one of ours. */
  record Part(String ours, int index, int count) {}

  /** Reads a line as {@code blocks.#.fc.* = layer.#.dense.*}, with commas between several. */
  static Rename of(String line) {
    String[] sides = line.split("=", 2);
    var theirs = List.of(sides[1].split(",")).stream().map(name -> Name.of(name.strip())).toList();
    return new Rename(Name.of(sides[0].strip()), theirs);
  }

  /** What a tensor of theirs is. */
  Optional<Part> part(String name) {
    return IntStream.range(0, theirs.size())
        .boxed()
        .flatMap(i ->
            theirs.get(i).matched(name).stream()
                .map(found -> new Part(ours.filled(found), i, theirs.size())))
        .findFirst();
  }

  /** Their names of a parameter of ours. */
  Optional<List<String>> names(String name) {
    return ours.matched(name)
        .map(found -> theirs.stream().map(their -> their.filled(found)).toList());
  }

  /**
   * A pattern of names.
   *
   * @param text as it is written
   * @param pattern what it matches
   */
  record Name(String text, Pattern pattern) {
    private static final Pattern WILD = Pattern.compile("[#*]");

    static Name of(String text) {
      var regex =
          WILD.matcher(Pattern.quote(text))
              .replaceAll(wild ->
                  Matcher.quoteReplacement(
                      "\\E" + (wild.group().equals("#") ? "(\\d+)" : "(weight|bias)") + "\\Q"));
      return new Name(text, Pattern.compile(regex));
    }

    /** What stands in the places of the wild letters, in their order. */
    Optional<List<String>> matched(String name) {
      var matcher = pattern.matcher(name);
      return matcher.matches()
          ? Optional.of(
              IntStream.rangeClosed(1, matcher.groupCount()).mapToObj(matcher::group).toList())
          : Optional.empty();
    }

    /** The name with these in the places of the wild letters. */
    String filled(List<String> found) {
      var values = found.iterator();
      return WILD.matcher(text).replaceAll(wild -> Matcher.quoteReplacement(values.next()));
    }
  }
}
