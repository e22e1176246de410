package dev.bramante.pretrained;

import dev.bramante.io.NameReport;
import dev.bramante.io.TensorFile;
import dev.bramante.io.TensorSpec;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An open file of weights of any format: safetensors, PyTorch's, or a checkpoint of a run, of which
 * the running average is taken where there is one.
 */
public final class WeightsFile implements AutoCloseable {
  private static final String STATE = "state/";
  private static final String AVERAGE = "state/average/";

  /** What batch normalisation counts; networks without it have no use for it. */
  private static final String COUNTER = ".num_batches_tracked";

  private final TensorFile file;

  /** The names of the file's tensors, by the names of the weights. */
  private final Map<String, String> sources = new LinkedHashMap<>();

  private WeightsFile(TensorFile file) {
    this.file = file;
    for (var entry : file.entries()) {
      if (!entry.name().startsWith(STATE)) {
        sources.put(entry.name(), entry.name());
      }
    }
    for (var entry : file.entries()) {
      if (entry.name().startsWith(AVERAGE)) {
        sources.put(entry.name().substring(AVERAGE.length()), entry.name());
      }
    }
  }

  /**
   * Opens a file, or the best weights of a run's folder.
   *
   * @param key where in a training checkpoint of PyTorch the weights are; empty to find them
   * @throws IOException if there are no weights, or the file is damaged
   */
  public static WeightsFile open(Path place, Optional<String> key) throws IOException {
    Path file = Files.isDirectory(place) ? inFolder(new RunFolder(place)) : place;
    return new WeightsFile(TensorFile.open(file, key));
  }

  /** The best weights; a run that was stopped in its first epoch has the last only. */
  private static Path inFolder(RunFolder folder) throws IOException {
    if (Files.exists(folder.best())) {
      return folder.best();
    }
    if (Files.exists(folder.last())) {
      return folder.last();
    }
    throw new NoSuchFileException(
        folder.path().toString(), null, "there are no weights; is this a run's folder?");
  }

  /** The file. */
  public Path path() {
    return file.file();
  }

  /** Strings kept with the weights, if any. */
  public Map<String, String> metadata() {
    return file.metadata();
  }

  /** What was chosen or left out while the file was opened. */
  public List<String> notes() {
    return file.notes();
  }

  /** The names of the weights, in the order of the file. */
  public Set<String> names() {
    return new LinkedHashSet<>(sources.keySet());
  }

  /** Type and shape of a weight of the file. */
  public TensorFile.Entry entry(String name) {
    return file.entry(sources.get(name)).orElseThrow();
  }

  /** A weight as the file has it. */
  public Tensor tensor(String name) throws IOException {
    return file.tensor(sources.get(name));
  }

  /** What differs from what a network holds; counters of batches may be there or not. */
  public NameReport compare(Parameters parameters) {
    Map<String, TensorSpec> wanted = new LinkedHashMap<>();
    parameters
        .byName()
        .forEach((name, parameter) -> {
          if (!parameter.isCounter()) {
            wanted.put(name, new TensorSpec(parameter.storedType(), parameter.storedShape()));
          }
        });
    Map<String, TensorFile.Entry> found = new LinkedHashMap<>();
    for (String name : sources.keySet()) {
      if (!name.endsWith(COUNTER)) {
        found.put(name, entry(name));
      }
    }
    return NameReport.compare(wanted, path(), found);
  }

  /** A weight as a checkpoint of ours would have it; a counter that the file lacks is new. */
  Tensor value(String name, Parameter parameter) throws IOException {
    if (parameter.isCounter()) {
      return sources.containsKey(name) && entry(name).shape().rank() == 0
          ? Tensor.of(parameter.storedShape(), Math.round(tensor(name).at(0)))
          : parameter.initial(0, name);
    }
    return Tensor.of(parameter.storedShape(), file.floats(sources.get(name)));
  }

  @Override
  public void close() {
    file.close();
  }
}
