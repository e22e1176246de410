package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The texts that a command line names. */
final class TextArguments {
  private static final String STANDARD_INPUT = "-";

  private TextArguments() {}

  /**
   * The texts, with the lines of standard input in place of {@code -}, and where none is given.
   *
   * @throws CommandException if there are none, or a text is empty
   */
  static List<String> read(List<String> texts) throws IOException {
    var all = new ArrayList<String>();
    for (String text : texts.isEmpty() ? List.of(STANDARD_INPUT) : texts) {
      if (text.equals(STANDARD_INPUT)) {
        all.addAll(lines());
      } else {
        all.add(text);
      }
    }
    if (all.isEmpty()) {
      throw new CommandException("there are no texts; name some, or write lines to standard input");
    }
    int empty = all.stream().map(String::isBlank).toList().indexOf(true);
    if (empty >= 0) {
      throw new CommandException("text " + (empty + 1) + " is empty; give at least one word");
    }
    return all;
  }

  private static List<String> lines() throws IOException {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var reader = new BufferedReader(new InputStreamReader(System.in, decoder));
    var lines = new ArrayList<String>();
    try {
      for (String line; (line = reader.readLine()) != null; ) {
        lines.add(line);
      }
    } catch (CharacterCodingException notText) {
      throw new CommandException(
          "standard input is not UTF-8 text after line " + lines.size() + "; convert it", notText);
    }
    return lines;
  }

  /**
   * The ids of a text with the special tokens around it.
   *
   * @param most ids at most
   * @param truncate whether a longer text is cut at its end
   * @throws CommandException if it is longer, and not to be cut
   */
  static int[] ids(Tokenizer tokenizer, String text, int most, boolean truncate) {
    int[] ids = tokenizer.encodeForModel(text).ids();
    if (ids.length <= most) {
      return ids;
    }
    if (!truncate) {
      throw new CommandException(
          "a text has %,d tokens, the model reads %,d at most; --truncate cuts it"
              .formatted(ids.length, most));
    }
    return cut(tokenizer, text, ids, most);
  }

  /** The longest beginning that fits, with the special tokens around it. */
  private static int[] cut(Tokenizer tokenizer, String text, int[] whole, int most) {
    int[] bare = tokenizer.encode(text);
    int special = whole.length - bare.length;
    int before = 0;
    while (before < special && whole[before] != bare[0]) {
      before++;
    }
    int[] cut = new int[most];
    int after = special - before;
    System.arraycopy(whole, 0, cut, 0, most - after);
    System.arraycopy(whole, whole.length - after, cut, most - after, after);
    return cut;
  }
}
