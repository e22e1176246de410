package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import dev.bramante.data.text.BpeTrainer;
import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import dev.bramante.io.SafeTensors;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateTest {
  private static final String LETTERS = "abcdefghij klmno";
  private static final int WORDS = 17; // with the one for unknown letters

  @TempDir private Path folder;

  /** A GPT-2 as Hugging Face has it: without prefix, with masks, and with the read-out twice. */
  @BeforeEach
  void makeModel() throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"gpt2\", \"vocab_size\": 17, \"n_positions\": 20, \"n_embd\": 8,"
            + " \"n_layer\": 2, \"n_head\": 2}");
    Tokenizers.write(Tokenizers.characters(LETTERS), folder.resolve("tokenizer.json"));
    SafeTensors.write(folder.resolve("model.safetensors"), weights(), Map.of());
  }

  private static Map<String, Tensor> weights() {
    Model model =
        Models.create(
            "gpt",
            Map.of(
                "vocab",
                "17",
                "positions",
                "20",
                "length",
                "20",
                "width",
                "8",
                "layers",
                "2",
                "heads",
                "2"));
    var values = new LinkedHashMap<String, Tensor>();
    model
        .parameters()
        .byName()
        .forEach((name, p) -> {
          float[] numbers = p.initial(7, name).floats().clone();
          for (int i = 0; name.contains(".h.") && i < numbers.length; i++) {
            numbers[i] *= 20;
          }
          String theirs = name.substring("transformer.".length());
          values.put(theirs, Tensor.of(p.storedShape(), numbers));
        });
    values.put("h.0.attn.bias", Tensor.of(Shape.of(1), 1f));
    values.put("lm_head.weight", values.get("wte.weight"));
    return values;
  }

  private Outcome generate(String... more) {
    var arguments = new ArrayList<>(List.of("generate", "--model", folder.toString()));
    arguments.addAll(List.of(more));
    return Outcome.of(arguments.toArray(String[]::new));
  }

  @Test
  void continuesTheSameTextFromTheSameSeed() {
    var first = generate("--prompt", "a bad", "--max-tokens", "9", "--temperature", "2");
    assertEquals(0, first.status(), first.err());
    assertTrue(first.out().startsWith("a bad"), first.out());
    assertEquals(5 + 9, first.out().strip().length() + trailing(first.out()));
    assertTrue(first.err().contains("9 tokens"), first.err());
    var again = generate("--prompt", "a bad", "--max-tokens", "9", "--temperature", "2");
    assertEquals(first.out(), again.out());
    var other =
        generate("--prompt", "a bad", "--max-tokens", "9", "--temperature", "2", "--seed", "2");
    assertNotEquals(first.out(), other.out());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void severalPromptsGiveWhatEachGivesAlone(int beams) {
    String[] prompts = {"a bad", "c", "deal no"};
    var all = new ArrayList<String>();
    var alone = new StringBuilder();
    for (String prompt : prompts) {
      all.addAll(List.of("--prompt", prompt));
      var one =
          generate("--prompt", prompt, "--max-tokens", "9", "--beams", Integer.toString(beams));
      alone.append(one.out());
    }
    all.addAll(List.of("--max-tokens", "9", "--beams", Integer.toString(beams)));
    var together = generate(all.toArray(String[]::new));
    assertEquals(0, together.status(), together.err());
    assertEquals(alone.toString(), together.out());
    assertTrue(together.err().contains("27 tokens"), together.err());
    all.add("--json");
    var json = JsonParser.parseString(generate(all.toArray(String[]::new)).out()).getAsJsonArray();
    assertEquals(3, json.size());
    var last = json.get(2).getAsJsonObject();
    assertEquals("deal no", last.get("prompt").getAsString());
    assertTrue(together.out().contains("deal no" + last.get("text").getAsString()));
  }

  /** Spaces at the end, which strip takes. */
  private static int trailing(String out) {
    String line = out.replaceAll("\\R$", "");
    return line.length() - line.strip().length();
  }

  @Test
  void tellsOtherProgramsAndStops() {
    var whole = generate("--prompt", "a", "--max-tokens", "8", "--json");
    assertTrue(whole.out().contains("\"tokens\": 8"), whole.out());
    var wide = generate("--prompt", "a", "--max-tokens", "8", "--beams", "3", "--json");
    assertEquals(0, wide.status(), wide.err());
    String greedy = generate("--prompt", "a", "--max-tokens", "8").out().replaceAll("\\R", "");
    String stop = greedy.substring(4, 6);
    String cut =
        generate("--prompt", "a", "--max-tokens", "8", "--stop", stop).out().replaceAll("\\R", "");
    int end = greedy.indexOf(stop, 1);
    assertEquals(greedy.substring(0, end), cut);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    String longer = refusal("--prompt", "abcdefghij abcdefghij", "--max-tokens", "5");
    assertTrue(longer.contains("21 tokens") && longer.contains("--truncate"), longer);
    var cut = generate("--prompt", "abcdefghij abcdefghij", "--max-tokens", "5", "--truncate");
    assertEquals(0, cut.status(), cut.err());
    assertTrue(refusal("--prompt", "").contains("empty"));
    Tokenizers.write(Tokenizers.characters(LETTERS + "xyz"), folder.resolve("tokenizer.json"));
    String tokens = refusal("--prompt", "a");
    assertTrue(tokens.contains("20 tokens, the model " + WORDS), tokens);
    Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"llama\"}");
    String type = refusal("--prompt", "a");
    assertTrue(type.contains("\"llama\" is unknown") && type.contains("gpt2"), type);
  }

  private String refusal(String... arguments) {
    var outcome = generate(arguments);
    assertEquals(1, outcome.status(), outcome.err());
    assertEquals(1, outcome.err().strip().lines().count(), outcome.err());
    return outcome.err();
  }

  @Test
  void namesMissingPartsAndWeights() throws IOException {
    var weights = weights();
    weights.remove("h.1.ln_1.bias");
    SafeTensors.write(folder.resolve("model.safetensors"), weights, Map.of());
    String missing = refusalInLines("--prompt", "a");
    assertTrue(missing.contains("transformer.h.1.ln_1.bias"), missing);
    Files.delete(folder.resolve("model.safetensors"));
    assertTrue(refusal("--prompt", "a").contains("no weights"));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"wte.weight\": \"part-1.safetensors\"}}");
    assertTrue(refusal("--prompt", "a").contains("[part-1.safetensors]"));
    Files.writeString(index, "{\"weight_map\": {\"wte.weight\": \"../x.safetensors\"}}");
    assertTrue(refusal("--prompt", "a").contains("isn't beside the index"));
  }

  private String refusalInLines(String... arguments) {
    var outcome = generate(arguments);
    assertEquals(1, outcome.status(), outcome.err());
    return outcome.err();
  }

  @Test
  void showsTokens() {
    var shown = Outcome.of("tokenize", "--tokenizer", folder.toString(), "bad");
    assertEquals("3 2 5\nb a d\n", shown.out().replace("\r", ""));
    var text = Outcome.of("tokenize", "--tokenizer", folder.toString(), "--decode", "3", "2", "5");
    assertEquals("bad", text.out().strip());
    var wrong = Outcome.of("tokenize", "--tokenizer", folder.toString(), "--decode", "b");
    assertEquals(1, wrong.status());
    assertTrue(wrong.err().contains("token ids, not \"b\""), wrong.err());
  }

  @Test
  void textIsShownWhenItIsCertain() throws IOException {
    var tokenizer = Tokenizers.characters("abcd");
    var shown = new StringBuilder();
    var stream = new TextStream(tokenizer, List.of("cd"), shown::append);
    for (int id : tokenizer.encode("abc")) {
      assertTrue(stream.add(id));
    }
    assertEquals("ab", shown.toString()); // "c" may begin the end
    assertTrue(stream.add(tokenizer.encode("a")[0]));
    assertEquals("abca", shown.toString());
    assertTrue(stream.add(tokenizer.encode("c")[0]));
    assertTrue(!stream.add(tokenizer.encode("d")[0]));
    stream.end();
    assertEquals("abca", shown.toString());
    assertEquals("abca", stream.text());
  }

  @Test
  void charactersOfSeveralTokensAreShownWhole() {
    Tokenizer bytes = new BpeTrainer(257, 2).train();
    var decoded = new ArrayList<Integer>();
    var shown = new ArrayList<String>();
    var stream = new TextStream(counting(bytes, decoded), List.of(), shown::add);
    String text = "Ünter 東京 😀 x".repeat(20);
    int[] ids = bytes.encode(text);
    for (int id : ids) {
      assertTrue(stream.add(id));
    }
    stream.end();
    assertEquals(text, String.join("", shown));
    assertEquals(text, stream.text());
    assertTrue(shown.stream().noneMatch(part -> part.contains("\uFFFD")), shown.toString());
    assertTrue(decoded.stream().allMatch(count -> count <= 8), decoded.toString());
  }

  @Test
  void anIncompleteCharacterIsShownAtTheEnd() {
    Tokenizer bytes = new BpeTrainer(257, 2).train();
    var shown = new StringBuilder();
    var stream = new TextStream(bytes, List.of(), shown::append);
    int[] ids = bytes.encode("a東");
    for (int i = 0; i < ids.length - 1; i++) {
      stream.add(ids[i]);
    }
    assertEquals("a", shown.toString());
    stream.end();
    assertEquals("a\uFFFD", shown.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "bf16", "int8", "INT8"})
  void holdsWeightsInFewerBits(String form) {
    var outcome = generate("--prompt", "a bad", "--max-tokens", "9", "--weights-as", form);
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.err().contains("9 tokens"), outcome.err());
  }

  @Test
  void refusesOtherForms() {
    var outcome = generate("--prompt", "a bad", "--weights-as", "int4");
    assertNotEquals(0, outcome.status());
    assertTrue(outcome.err().toLowerCase(Locale.ROOT).contains("f32, bf16, int8"), outcome.err());
  }

  /** The tokenizer, noting how many tokens it is asked to decode at once. */
  private static Tokenizer counting(Tokenizer tokenizer, List<Integer> counts) {
    return (Tokenizer)
        Proxy.newProxyInstance(
            Tokenizer.class.getClassLoader(),
            new Class<?>[] {Tokenizer.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("decode")) {
                counts.add(((int[]) arguments[0]).length);
              }
              return method.invoke(tokenizer, arguments);
            });
  }
}
