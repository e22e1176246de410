package dev.bramante.data.text;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * BERT's subwords (Wu et al. 2016): the longest token that begins the word, then the longest that
 * continues it, and so on; a word that can't be covered, or is too long, is unknown.
 */
record WordPiece(Vocabulary vocabulary, String unknown, String prefix, int longest)
    implements WordModel {

  WordPiece {
    if (vocabulary.id(unknown) < 0) {
      throw new IllegalArgumentException(
          "the vocabulary lacks the token \"" + unknown + "\" for unknown words");
    }
  }

  @Override
  public void encode(String word, IntStream.Builder ids) {
    List<Integer> pieces =
        word.codePointCount(0, word.length()) > longest ? List.of() : pieces(word);
    if (pieces.isEmpty()) {
      ids.add(vocabulary.id(unknown));
    } else {
      pieces.forEach(ids::add);
    }
  }

  /** The ids of the word's pieces; none if it can't be covered. */
  private List<Integer> pieces(String word) {
    var pieces = new ArrayList<Integer>();
    int start = 0;
    while (start < word.length()) {
      int end = word.length();
      int id = -1;
      while (end > start) {
        String piece = word.substring(start, end);
        id = vocabulary.id(start == 0 ? piece : prefix + piece);
        if (id >= 0) {
          break;
        }
        end = word.offsetByCodePoints(end, -1);
      }
      if (id < 0) {
        return List.of();
      }
      pieces.add(id);
      start = end;
    }
    return pieces;
  }
}
