package dev.bramante.train;

import com.google.gson.GsonBuilder;
import dev.bramante.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Where a run keeps its files.
 *
 * @param path the folder
 */
public record RunFolder(Path path) {
  /** The settings, as JSON. */
  public Path config() {
    return path.resolve("config.json");
  }

  /** A row for each epoch. */
  public Path metrics() {
    return path.resolve("metrics.csv");
  }

  /** The weights that were best in validation. */
  public Path best() {
    return path.resolve("best.safetensors");
  }

  /** Where training goes on from. */
  public Path last() {
    return path.resolve("last.safetensors");
  }

  /** What happened when. */
  public Path log() {
    return path.resolve("log.txt");
  }

  /**
   * Refuses a folder that is there already.
   *
   * @throws FileAlreadyExistsException if it holds anything
   */
  public void requireNew() throws IOException {
    if (Files.exists(path) && !isEmptyFolder()) {
      throw new FileAlreadyExistsException(
          path.toString(), null, "the folder exists; resume the run in it, or choose another");
    }
  }

  private boolean isEmptyFolder() throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (var files = Files.list(path)) {
      return files.findAny().isEmpty();
    }
  }

  /**
   * Refuses a folder from which no training can go on.
   *
   * @throws NoSuchFileException if there is no last checkpoint
   */
  public void requireLast() throws IOException {
    if (!Files.exists(last())) {
      throw new NoSuchFileException(
          last().toString(), null, "there is no checkpoint to resume from; is this a run folder?");
    }
  }

  /** Makes the folder and writes the settings. */
  public void create(Map<String, String> settings) throws IOException {
    requireNew();
    Files.createDirectories(path);
    AtomicFile.write(
        config(), new GsonBuilder().setPrettyPrinting().create().toJson(settings) + "\n");
  }

  /** Adds a line to the log. */
  public void note(String line) throws IOException {
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    Files.writeString(
        log(),
        time + " " + line + "\n",
        StandardCharsets.UTF_8,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
