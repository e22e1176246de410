package dev.bramante.data.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A tokenizer that is to be kept with a network.
 *
 * @param tokenizer the tokenizer
 * @param origin the file or folder that it was read from; empty if it was made here
 */
public record KeptTokenizer(Tokenizer tokenizer, Optional<Path> origin) {
  private static final String FILE = "tokenizer.json";
  private static final List<String> FILES =
      List.of(FILE, "vocab.json", "merges.txt", "vocab.txt", "tokenizer_config.json");

  /** One that was made here. */
  public static KeptTokenizer made(Tokenizer tokenizer) {
    return new KeptTokenizer(tokenizer, Optional.empty());
  }

  /**
   * Reads a tokenizer's file or folder.
   *
   * @throws IOException as {@link Tokenizers#read}
   */
  public static KeptTokenizer read(Path origin) throws IOException {
    return new KeptTokenizer(Tokenizers.read(origin), Optional.of(origin));
  }

  /** Whether there is a tokenizer in a folder. */
  public static boolean isIn(Path folder) {
    return FILES.stream().limit(FILES.size() - 1L).anyMatch(it -> Files.exists(folder.resolve(it)));
  }

  /** Writes it into a folder, from which {@link #read} reads it again. */
  public void write(Path folder) throws IOException {
    if (origin.isEmpty()) {
      Tokenizers.write(tokenizer, folder.resolve(FILE));
    } else if (Files.isDirectory(origin.get())) {
      for (String name : FILES) {
        copy(origin.get().resolve(name), folder.resolve(name));
      }
    } else if (origin.get().toString().endsWith(".txt")) {
      copy(origin.get(), folder.resolve("vocab.txt"));
      copyBeside("tokenizer_config.json", folder);
    } else if (Tokenizers.isWhole(origin.get())) {
      copy(origin.get(), folder.resolve(FILE));
    } else {
      copy(origin.get(), folder.resolve("vocab.json"));
      copyBeside("merges.txt", folder);
    }
  }

  private void copyBeside(String name, Path folder) throws IOException {
    copy(origin.orElseThrow().resolveSibling(name), folder.resolve(name));
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.copy(from, to);
    }
  }
}
