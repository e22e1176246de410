package dev.bramante.data.text;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Reads {@code tokenizer.json}, the format of Hugging Face's tokenizers. Its truncation and padding
 * are not read: they belong to a use, not to a tokenizer, and transformers ignores them too.
 */
final class TokenizerJson {
  private static final int LONGEST_WORD = 100;

  private TokenizerJson() {}

  /** Builds the tokenizer that a file describes. */
  static TextTokenizer tokenizer(Json file) throws FileFormatException {
    var model = model(file.get("model"));
    var normalizer = normalizer(file.find("normalizer"));
    return new TextTokenizer(
        added(file.find("added_tokens")),
        normalizer,
        splitter(file.find("pre_tokenizer")),
        model,
        template(file.find("post_processor")),
        joiner(file.find("decoder")));
  }

  private static List<AddedTokens.Token> added(Optional<Json> list) throws FileFormatException {
    var tokens = new ArrayList<AddedTokens.Token>();
    if (list.isPresent()) {
      for (var token : list.get().elements()) {
        boolean special = token.bool("special", false);
        tokens.add(
            new AddedTokens.Token(
                token.get("id").integer(0, Vocabulary.MAX_SIZE),
                token.get("content").text(),
                special,
                token.bool("normalized", !special),
                token.bool("lstrip", false),
                token.bool("rstrip", false),
                token.bool("single_word", false)));
      }
    }
    return tokens;
  }

  private static WordModel model(Json model) throws FileFormatException {
    String type = model.text("type", model.has("merges") ? "BPE" : "WordPiece");
    try {
      return switch (type) {
        case "BPE" -> bpe(model);
        case "WordPiece" ->
            new WordPiece(
                Vocabulary.of(model.get("vocab")),
                model.text("unk_token", "[UNK]"),
                model.text("continuing_subword_prefix", "##"),
                model.has("max_input_chars_per_word")
                    ? model.get("max_input_chars_per_word").integer(0, 1 << 20)
                    : LONGEST_WORD);
        default -> throw unknown(model, type, "BPE and WordPiece");
      };
    } catch (IllegalArgumentException inconsistent) {
      throw model.wrong(inconsistent.getMessage());
    }
  }

  private static Bpe bpe(Json model) throws FileFormatException {
    var merges = new ArrayList<Bpe.Merge>();
    for (var merge : model.get("merges").elements()) {
      merges.add(merge.isText() ? merge(merge) : pair(merge));
    }
    var unknown = model.has("unk_token") ? model.get("unk_token").text() : null;
    var options =
        new Bpe.Options(
            Optional.ofNullable(unknown),
            model.bool("fuse_unk", false),
            model.text("continuing_subword_prefix", ""),
            model.text("end_of_word_suffix", ""),
            model.bool("byte_fallback", false),
            model.bool("ignore_merges", false));
    return new Bpe(Vocabulary.of(model.get("vocab")), merges, options);
  }

  private static Bpe.Merge merge(Json line) throws FileFormatException {
    String[] parts = line.text().split(" ", -1);
    if (parts.length != 2) {
      throw line.wrong(
          "a merge must be two tokens with a space between, not " + quote(line.text()));
    }
    return new Bpe.Merge(parts[0], parts[1]);
  }

  private static Bpe.Merge pair(Json pair) throws FileFormatException {
    var parts = pair.elements();
    if (parts.size() != 2) {
      throw pair.wrong("a merge must be two tokens");
    }
    return new Bpe.Merge(parts.get(0).text(), parts.get(1).text());
  }

  private static Normalizer normalizer(Optional<Json> json) throws FileFormatException {
    return json.isPresent() ? normalizer(json.get()) : new Normalizer.Sequence(List.of());
  }

  private static Normalizer normalizer(Json json) throws FileFormatException {
    String type = json.get("type").text();
    return switch (type) {
      case "Sequence" -> {
        var steps = new ArrayList<Normalizer>();
        for (var step : json.get("normalizers").elements()) {
          steps.add(normalizer(step));
        }
        yield new Normalizer.Sequence(steps);
      }
      case "BertNormalizer" -> {
        boolean lowercase = json.bool("lowercase", true);
        yield new Normalizer.Bert(
            json.bool("clean_text", true),
            json.bool("handle_chinese_chars", true),
            json.bool("strip_accents", lowercase),
            lowercase);
      }
      case "Lowercase" -> new Normalizer.Lowercase();
      case "StripAccents" -> new Normalizer.StripAccents();
      case "NFC" -> new Normalizer.Unicode(Form.NFC);
      case "NFD" -> new Normalizer.Unicode(Form.NFD);
      case "NFKC" -> new Normalizer.Unicode(Form.NFKC);
      case "NFKD" -> new Normalizer.Unicode(Form.NFKD);
      case "Strip" ->
          new Normalizer.Strip(json.bool("strip_left", true), json.bool("strip_right", true));
      case "Replace" ->
          new Normalizer.Replace(pattern(json.get("pattern")), json.get("content").text());
      case "Prepend" -> new Normalizer.Prepend(json.get("prepend").text());
      default ->
          throw unknown(
              json,
              type,
              "Sequence, BertNormalizer, Lowercase, StripAccents, NFC, NFD, NFKC, NFKD, Strip, "
                  + "Replace and Prepend");
    };
  }

  private static Splitter splitter(Optional<Json> json) throws FileFormatException {
    return json.isPresent() ? splitter(json.get()) : new Splitter.Sequence(List.of());
  }

  private static Splitter splitter(Json json) throws FileFormatException {
    String type = json.get("type").text();
    return switch (type) {
      case "Sequence" -> {
        var steps = new ArrayList<Splitter>();
        for (var step : json.get("pretokenizers").elements()) {
          steps.add(splitter(step));
        }
        yield new Splitter.Sequence(steps);
      }
      case "ByteLevel" ->
          new Splitter.Bytes(json.bool("add_prefix_space", true), json.bool("use_regex", true));
      case "BertPreTokenizer" -> new Splitter.Bert();
      case "Whitespace" ->
          new Splitter.Match(Splitter.pattern("\\w+|[^\\w\\s]+"), Splitter.Join.REMOVED, true);
      case "WhitespaceSplit" ->
          new Splitter.Match(Splitter.pattern("\\s+"), Splitter.Join.REMOVED, false);
      case "Digits" -> new Splitter.Digits(json.bool("individual_digits", false));
      case "Split" ->
          new Splitter.Match(
              pattern(json.get("pattern")), join(json.get("behavior")), json.bool("invert", false));
      default ->
          throw unknown(
              json,
              type,
              "Sequence, ByteLevel, BertPreTokenizer, Whitespace, WhitespaceSplit, Digits and "
                  + "Split");
    };
  }

  private static Splitter.Join join(Json behavior) throws FileFormatException {
    return switch (behavior.text()) {
      case "Removed" -> Splitter.Join.REMOVED;
      case "Isolated" -> Splitter.Join.ALONE;
      case "MergedWithPrevious" -> Splitter.Join.PREVIOUS;
      case "MergedWithNext" -> Splitter.Join.NEXT;
      case "Contiguous" -> Splitter.Join.TOGETHER;
      default ->
          throw unknown(
              behavior,
              behavior.text(),
              "Removed, Isolated, MergedWithPrevious, MergedWithNext and Contiguous");
    };
  }

  private static Pattern pattern(Json pattern) throws FileFormatException {
    if (pattern.has("String")) {
      return Pattern.compile(Pattern.quote(pattern.get("String").text()));
    }
    try {
      return Splitter.pattern(pattern.get("Regex").text());
    } catch (PatternSyntaxException unreadable) {
      throw pattern.wrong("the pattern can't be read: " + unreadable.getDescription());
    }
  }

  private static Template template(Optional<Json> json) throws FileFormatException {
    return json.isPresent() ? template(json.get()) : Template.NONE;
  }

  private static Template template(Json json) throws FileFormatException {
    String type = json.get("type").text();
    return switch (type) {
      case "ByteLevel" -> Template.NONE;
      case "BertProcessing" -> Template.bert(idOf(json.get("cls")), idOf(json.get("sep")));
      case "RobertaProcessing" -> Template.roberta(idOf(json.get("cls")), idOf(json.get("sep")));
      case "TemplateProcessing" -> {
        var specials = specials(json.get("special_tokens"));
        yield new Template(parts(json.get("single"), specials), parts(json.get("pair"), specials));
      }
      case "Sequence" -> {
        var last = Template.NONE;
        for (var step : json.get("processors").elements()) {
          var next = template(step);
          last = next.equals(Template.NONE) ? last : next;
        }
        yield last;
      }
      default ->
          throw unknown(
              json,
              type,
              "ByteLevel, BertProcessing, RobertaProcessing, TemplateProcessing and Sequence");
    };
  }

  /** The id of {@code ["[CLS]", 101]}. */
  private static int idOf(Json pair) throws FileFormatException {
    var parts = pair.elements();
    if (parts.size() != 2) {
      throw pair.wrong("expected a token and its id");
    }
    return parts.get(1).integer(0, Vocabulary.MAX_SIZE);
  }

  private static Map<String, List<Integer>> specials(Json tokens) throws FileFormatException {
    var specials = new HashMap<String, List<Integer>>();
    for (var token : tokens.members().entrySet()) {
      var ids = new ArrayList<Integer>();
      for (var id : token.getValue().get("ids").elements()) {
        ids.add(id.integer(0, Vocabulary.MAX_SIZE));
      }
      specials.put(token.getKey(), List.copyOf(ids));
    }
    return specials;
  }

  private static List<Template.Part> parts(Json list, Map<String, List<Integer>> specials)
      throws FileFormatException {
    var parts = new ArrayList<Template.Part>();
    for (var part : list.elements()) {
      if (part.has("Sequence")) {
        var sequence = part.get("Sequence");
        int index = sequence.get("id").text().equals("B") ? 1 : 0;
        parts.add(new Template.Text(index, sequence.get("type_id").integer(0, 1 << 10)));
      } else {
        var special = part.get("SpecialToken");
        var ids = specials.get(special.get("id").text());
        if (ids == null) {
          throw special.wrong("the special token " + special.get("id") + " isn't defined");
        }
        parts.add(new Template.Special(ids, special.get("type_id").integer(0, 1 << 10)));
      }
    }
    return List.copyOf(parts);
  }

  private static Joiner joiner(Optional<Json> json) throws FileFormatException {
    return json.isPresent() ? joiner(json.get()) : new Joiner.Plain(" ");
  }

  private static Joiner joiner(Json json) throws FileFormatException {
    String type = json.get("type").text();
    return switch (type) {
      case "ByteLevel" -> new Joiner.Bytes();
      case "WordPiece" ->
          new Joiner.WordPieces(json.text("prefix", "##"), json.bool("cleanup", true));
      case "BPEDecoder" -> new Joiner.Suffixed(json.text("suffix", "</w>"));
      case "Fuse" -> new Joiner.Plain("");
      default -> throw unknown(json, type, "ByteLevel, WordPiece, BPEDecoder and Fuse");
    };
  }

  private static FileFormatException unknown(Json json, String type, String known) {
    return json.wrong("the type " + quote(type) + " is unknown", "known are " + known);
  }
}
