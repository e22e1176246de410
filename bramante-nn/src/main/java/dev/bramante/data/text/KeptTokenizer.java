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
      return;
    }
    Path place = origin.get();
    if (!Files.isDirectory(place) && place.toString().endsWith(".json")) {
      Path parts = place.resolveSibling("merges.txt");
      boolean parted = place.endsWith("vocab.json") && Files.exists(parts);
      Files.copy(place, folder.resolve(parted ? "vocab.json" : FILE));
      if (parted) {
        Files.copy(parts, folder.resolve("merges.txt"));
      }
      return;
    }
    Path from = Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
    for (String name : FILES) {
      if (Files.exists(from.resolve(name))) {
        Files.copy(from.resolve(name), folder.resolve(name));
      }
    }
  }
}
