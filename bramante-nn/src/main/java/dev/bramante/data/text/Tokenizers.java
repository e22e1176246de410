package dev.bramante.data.text;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.io.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where tokenizers come from. */
public final class Tokenizers {
  static final String END_OF_TEXT = "<|endoftext|>";
  private static final String BEFORE = "[CLS]";
  private static final String AFTER = "[SEP]";
  private static final List<String> BERT_SPECIALS =
      List.of("[PAD]", "[UNK]", BEFORE, AFTER, "[MASK]");
  private static final String PROBE = " It's  naïve: 1,234 Words\n\tİ日本 don't\r\n";

  private Tokenizers() {}

  /**
   * The tokenizer of a model's folder, or of one file: {@code tokenizer.json}, otherwise {@code
   * vocab.json} with {@code merges.txt} (GPT-2), otherwise {@code vocab.txt} (BERT, in lower case
   * unless {@code tokenizer_config.json} says otherwise).
   *
   * @throws FileFormatException if a file isn't sound
   * @throws IOException if there is none, or it can't be read
   */
  public static Tokenizer read(Path fileOrFolder) throws IOException {
    if (!Files.isDirectory(fileOrFolder)) {
      InputFile.size(fileOrFolder);
      return readFile(fileOrFolder);
    }
    for (String name : List.of("tokenizer.json", "vocab.json", "vocab.txt")) {
      Path file = fileOrFolder.resolve(name);
      if (Files.exists(file)) {
        return readFile(file);
      }
    }
    throw new NoSuchFileException(
        fileOrFolder.toString(),
        null,
        "there is no tokenizer; put tokenizer.json, vocab.json with merges.txt, or vocab.txt there");
  }

  /**
   * The tokenizer that the content of a {@code tokenizer.json} describes.
   *
   * @throws FileFormatException if it isn't sound
   */
  public static Tokenizer of(Json json) throws FileFormatException {
    return TokenizerJson.tokenizer(json);
  }

  /** Whether a file of JSON is a whole tokenizer, rather than GPT-2's vocabulary. */
  static boolean isWhole(Path file) throws IOException {
    return isWhole(Json.read(file));
  }

  /** "model" is also a word of GPT-2. */
  private static boolean isWhole(Json json) throws FileFormatException {
    return json.has("model") && json.get("model").isObject();
  }

  private static Tokenizer readFile(Path file) throws IOException {
    Path name = file.getFileName();
    if (name != null && name.toString().endsWith(".txt")) {
      return readBert(file, lowercase(file.resolveSibling("tokenizer_config.json")));
    }
    var json = Json.read(file);
    if (isWhole(json)) {
      return TokenizerJson.tokenizer(json);
    }
    return gpt2(file, Vocabulary.of(json), merges(file.resolveSibling("merges.txt")));
  }

  /**
   * GPT-2's tokenizer of its two files.
   *
   * @param vocabulary {@code vocab.json}: tokens and ids
   * @param merges {@code merges.txt}: a merge a line, the first learnt first
   */
  public static Tokenizer readGpt2(Path vocabulary, Path merges) throws IOException {
    return gpt2(vocabulary, Vocabulary.of(Json.read(vocabulary)), merges(merges));
  }

  private static Tokenizer gpt2(Path file, Vocabulary vocabulary, List<Bpe.Merge> merges)
      throws FileFormatException {
    try {
      return byteLevel(new Bpe(vocabulary, merges, Bpe.Options.GPT2), List.of(END_OF_TEXT));
    } catch (IllegalArgumentException inconsistent) {
      throw new FileFormatException(
          file, inconsistent.getMessage(), "take vocab.json and merges.txt of one model");
    }
  }

  /**
   * GPT-2's stages around a vocabulary of bytes; with BERT's tokens around texts, if these are
   * among the special ones.
   */
  static TextTokenizer byteLevel(Bpe model, List<String> specials) {
    var added = new ArrayList<AddedTokens.Token>();
    for (String special : specials) {
      int id = model.vocabulary().id(special);
      if (id >= 0) {
        added.add(new AddedTokens.Token(id, special, true, false, false, false, false));
      }
    }
    return new TextTokenizer(
        added,
        new Normalizer.Sequence(List.of()),
        new Splitter.Bytes(false, true),
        model,
        template(model.vocabulary(), specials),
        new Joiner.Bytes());
  }

  private static Template template(Vocabulary vocabulary, List<String> specials) {
    return specials.containsAll(List.of(BEFORE, AFTER))
        ? Template.bert(vocabulary.id(BEFORE), vocabulary.id(AFTER))
        : Template.NONE;
  }

  /**
   * BERT's tokenizer of {@code vocab.txt}, a token a line.
   *
   * @param lowercase whether the model reads lower case without accents ("uncased")
   */
  public static Tokenizer readBert(Path vocabulary, boolean lowercase) throws IOException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (String line : lines(vocabulary)) {
      ids.put(line.strip(), ids.size());
    }
    if (ids.size() > Vocabulary.MAX_SIZE) {
      throw new FileFormatException(
          vocabulary, "more than " + Vocabulary.MAX_SIZE + " tokens", "check the file");
    }
    for (String needed : List.of("[UNK]", "[CLS]", "[SEP]")) {
      if (!ids.containsKey(needed)) {
        throw new FileFormatException(
            vocabulary, "the token " + needed + " is missing", "is it a vocabulary of BERT?");
      }
    }
    var added = new ArrayList<AddedTokens.Token>();
    for (String special : BERT_SPECIALS) {
      if (ids.containsKey(special)) {
        added.add(
            new AddedTokens.Token(ids.get(special), special, true, false, false, false, false));
      }
    }
    return new TextTokenizer(
        added,
        new Normalizer.Bert(true, true, lowercase, lowercase),
        new Splitter.Bert(),
        new WordPiece(new Vocabulary(ids), "[UNK]", "##", 100),
        Template.bert(ids.get(BEFORE), ids.get(AFTER)),
        new Joiner.WordPieces("##", true));
  }

  /**
   * A tokenizer of single characters: each that occurs in the text, in the order of Unicode. Others
   * become U+FFFD, which is the first token.
   */
  public static Tokenizer characters(String text) {
    var characters = new TreeSet<Integer>();
    text.codePoints().forEach(characters::add);
    return characters(characters);
  }

  /** The same of texts that may be larger than memory. */
  public static Tokenizer characters(List<TextSource> texts) throws IOException {
    var characters = new TreeSet<Integer>();
    for (TextSource text : texts) {
      TextChunks.read(text, chunk -> chunk.codePoints().forEach(characters::add));
    }
    return characters(characters);
  }

  private static Tokenizer characters(SortedSet<Integer> characters) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    ids.put("\uFFFD", 0);
    characters.forEach(c -> ids.putIfAbsent(Character.toString(c), ids.size()));
    var options = new Bpe.Options(Optional.of("\uFFFD"), false, "", "", false, false);
    return new TextTokenizer(
        List.of(),
        new Normalizer.Sequence(List.of()),
        new Splitter.Sequence(List.of()),
        new Bpe(new Vocabulary(ids), List.of(), options),
        Template.NONE,
        new Joiner.Plain(""));
  }

  /** What tells a tokenizer from others: a hash of its tokens, and of how it reads a text. */
  static byte[] fingerprint(Tokenizer tokenizer) {
    var hash = Sha256.start();
    for (int id = 0; id < tokenizer.size(); id++) {
      hash.update(known(tokenizer, id).getBytes(StandardCharsets.UTF_8));
      hash.update((byte) '\n');
    }
    for (int id : tokenizer.encode(PROBE)) {
      hash.update(Integer.toString(id).getBytes(StandardCharsets.UTF_8));
      hash.update((byte) ' ');
    }
    return hash.digest();
  }

  private static String known(Tokenizer tokenizer, int id) {
    try {
      return tokenizer.token(id);
    } catch (IllegalArgumentException gap) {
      return ""; // ids may leave gaps
    }
  }

  /**
   * Writes a tokenizer that was made here, by {@link #characters} or {@link BpeTrainer}, as {@code
   * tokenizer.json}.
   *
   * @throws IllegalArgumentException if it was read from a file: copy that instead
   */
  public static void write(Tokenizer tokenizer, Path file) throws IOException {
    if (!(tokenizer instanceof TextTokenizer text
        && text.model() instanceof Bpe model
        && text.normalizer().equals(new Normalizer.Sequence(List.of())))) {
      throw new IllegalArgumentException("only tokenizers that were made here can be written");
    }
    TokenizerWriter.write(text, model, file);
  }

  private static boolean lowercase(Path configuration) throws IOException {
    return !Files.exists(configuration) || Json.read(configuration).bool("do_lower_case", true);
  }

  private static List<Bpe.Merge> merges(Path file) throws IOException {
    var merges = new ArrayList<Bpe.Merge>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (line.isEmpty() || number == 1 && line.startsWith("#version")) {
        continue;
      }
      String[] parts = line.split(" ", -1);
      if (parts.length != 2) {
        throw new FileFormatException(
            file,
            "line " + number + ": a merge must be two tokens with a space between",
            "get the file again");
      }
      merges.add(new Bpe.Merge(parts[0], parts[1]));
    }
    return merges;
  }

  private static List<String> lines(Path file) throws IOException {
    InputFile.size(file);
    var lines = new ArrayList<String>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      for (String line; (line = reader.readLine()) != null; ) {
        lines.add(line);
      }
    } catch (CharacterCodingException notText) {
      throw new FileFormatException(file, "not UTF-8 text", "save it in that encoding", notText);
    }
    return lines;
  }
}
