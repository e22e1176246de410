package dev.bramante.cli;

import dev.bramante.data.text.Tokenizer;
import dev.bramante.data.text.Tokenizers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the tokens of texts. */
@Command(
    name = "tokenize",
    description = "Show the tokens of texts, or the text of tokens.",
    footer = {
      "",
      "A tokenizer is a model's folder or one of its files: tokenizer.json, vocab.json with",
      "merges.txt beside it (GPT-2), or vocab.txt (BERT)."
    })
final class TokenizeCommand extends BaseCommand {
  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "PATH",
      description = "The tokenizer.")
  private Path place;

  @Option(names = "--special", description = "Add the special tokens that the model reads.")
  private boolean special;

  @Option(names = "--decode", description = "The arguments are ids; show their text.")
  private boolean decode;

  @Parameters(arity = "1..*", paramLabel = "TEXT", description = "Texts, or - for standard input.")
  private List<String> texts = List.of();

  @Mixin private JsonMixin json;

  /** A text's tokens. */
  private record Tokens(int[] ids, List<String> tokens) {}

  @Override
  public Integer call() throws IOException {
    Tokenizer tokenizer = Tokenizers.read(place);
    if (decode) {
      out().println(tokenizer.decode(texts.stream().mapToInt(TokenizeCommand::id).toArray()));
      return 0;
    }
    var all = new ArrayList<Tokens>();
    for (String text : texts) {
      String whole = text.equals("-") ? input() : text;
      int[] ids = special ? tokenizer.encodeForModel(whole).ids() : tokenizer.encode(whole);
      all.add(new Tokens(ids, Arrays.stream(ids).mapToObj(tokenizer::token).toList()));
    }
    if (json.wanted()) {
      JsonMixin.print(out(), all);
    } else {
      all.forEach(this::print);
    }
    return 0;
  }

  private void print(Tokens text) {
    out()
        .println(
            Arrays.stream(text.ids()).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    out().println(String.join(" ", text.tokens()));
  }

  private static int id(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notNumber) {
      throw new CommandException("with --decode arguments are token ids, not \"" + text + "\"");
    }
  }

  private static String input() throws IOException {
    return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
