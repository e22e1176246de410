package dev.bramante.pretrained;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.Json;
import dev.bramante.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the files of weights in folders. */
final class WeightsPlace {
  private static final List<String> NAMES =
      List.of("model.safetensors", "pytorch_model.bin", "model.onnx", "onnx/model.onnx");

  /** The name of a file without a folder. */
  private static final Pattern PLAIN = Pattern.compile("\\w[\\w.\\- ]*");

  private WeightsPlace() {}

  /**
   * The files that a place stands for: itself, the best checkpoint of a run, or the weights of a
   * folder as Hugging Face has them, whole or in parts.
   *
   * @throws IOException if a folder has none, or lacks parts
   */
  static List<Path> files(Path place) throws IOException {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    var run = new RunFolder(place);
    // A run that was stopped in its first epoch has the last only.
    var whole =
        Stream.concat(
                Stream.of(run.best(), run.last()), NAMES.stream().limit(2).map(place::resolve))
            .filter(Files::exists)
            .findFirst();
    if (whole.isPresent()) {
      return List.of(whole.get());
    }
    for (String name : NAMES) {
      Path index = place.resolve(name + ".index.json");
      if (Files.exists(index)) {
        return parts(place, Json.read(index));
      }
      if (Files.exists(place.resolve(name))) {
        return List.of(place.resolve(name));
      }
    }
    throw new NoSuchFileException(
        place.toString(),
        null,
        "there are no weights; a run's checkpoint, model.safetensors or its index, or"
            + " pytorch_model.bin should be there");
  }

  private static List<Path> parts(Path folder, Json index) throws IOException {
    var files = new TreeSet<Path>();
    var missing = new TreeSet<String>();
    Json map = index.get("weight_map");
    for (Json file : map.members().values()) {
      String name = file.text();
      if (!PLAIN.matcher(name).matches()) {
        throw file.wrong("the part " + quote(name) + " isn't beside the index");
      }
      files.add(folder.resolve(name));
      if (!Files.exists(folder.resolve(name))) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw index.wrong("parts of the weights are missing: " + missing, "get them too");
    }
    if (files.isEmpty()) {
      throw map.wrong("there are no parts");
    }
    return List.copyOf(files);
  }
}
