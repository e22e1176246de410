package dev.bramante.data.text;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.bramante.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** Writes tokenizers that were made here as {@code tokenizer.json}, which others read too. */
final class TokenizerWriter {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

  private TokenizerWriter() {}

  /** Writes a tokenizer of bytes or of characters. */
  static void write(TextTokenizer tokenizer, Bpe model, Path file) throws IOException {
    boolean bytes = tokenizer.splitter() instanceof Splitter.Bytes;
    var json = new JsonObject();
    json.addProperty("version", "1.0");
    json.add("truncation", JsonNull.INSTANCE);
    json.add("padding", JsonNull.INSTANCE);
    json.add("added_tokens", added(tokenizer));
    json.add("normalizer", JsonNull.INSTANCE);
    json.add("pre_tokenizer", bytes ? byteLevel() : JsonNull.INSTANCE);
    json.add("post_processor", around(tokenizer));
    json.add("decoder", bytes ? byteLevel() : typed("Fuse"));
    json.add("model", model(model));
    AtomicFile.write(file, GSON.toJson(json) + "\n");
  }

  private static JsonArray added(TextTokenizer tokenizer) {
    var list = new JsonArray();
    for (var token : tokenizer.added()) {
      var json = new JsonObject();
      json.addProperty("id", token.id());
      json.addProperty("content", token.content());
      json.addProperty("single_word", token.word());
      json.addProperty("lstrip", token.left());
      json.addProperty("rstrip", token.right());
      json.addProperty("normalized", token.normalized());
      json.addProperty("special", token.special());
      list.add(json);
    }
    return list;
  }

  /** The special tokens around a text, which are BERT's if there are any. */
  private static JsonElement around(TextTokenizer tokenizer) {
    if (tokenizer.template().equals(Template.NONE)) {
      return JsonNull.INSTANCE;
    }
    var json = typed("BertProcessing");
    json.add("sep", special(tokenizer, "[SEP]"));
    json.add("cls", special(tokenizer, "[CLS]"));
    return json;
  }

  private static JsonArray special(TextTokenizer tokenizer, String token) {
    var pair = new JsonArray();
    pair.add(token);
    pair.add(tokenizer.id(token).orElseThrow());
    return pair;
  }

  private static JsonObject byteLevel() {
    var json = typed("ByteLevel");
    json.addProperty("add_prefix_space", false);
    json.addProperty("trim_offsets", true);
    json.addProperty("use_regex", true);
    return json;
  }

  private static JsonObject model(Bpe model) {
    var json = typed("BPE");
    json.add("dropout", JsonNull.INSTANCE);
    json.addProperty("unk_token", model.options().unknown().orElse(null));
    json.add("continuing_subword_prefix", JsonNull.INSTANCE);
    json.add("end_of_word_suffix", JsonNull.INSTANCE);
    json.addProperty("fuse_unk", model.options().fuseUnknown());
    json.addProperty("byte_fallback", false);
    json.addProperty("ignore_merges", false);
    var vocabulary = new JsonObject();
    model.vocabulary().ids().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .forEach(entry -> vocabulary.addProperty(entry.getKey(), entry.getValue()));
    json.add("vocab", vocabulary);
    var merges = new JsonArray();
    for (var merge : model.merges()) {
      var pair = new JsonArray();
      pair.add(merge.left());
      pair.add(merge.right());
      merges.add(pair);
    }
    json.add("merges", merges);
    return json;
  }

  private static JsonObject typed(String type) {
    var json = new JsonObject();
    json.addProperty("type", type);
    return json;
  }
}
