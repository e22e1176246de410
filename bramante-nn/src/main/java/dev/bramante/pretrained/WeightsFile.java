package dev.bramante.pretrained;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.NameReport;
import dev.bramante.io.OnnxFile;
import dev.bramante.io.StorageType;
import dev.bramante.io.TensorFile;
import dev.bramante.io.TensorSpec;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Open weights of any format, in one file or in several: safetensors, PyTorch's, ONNX, or a
 * checkpoint of a run, of which the running average is taken where there is one. They go by our
 * names, whatever {@link Naming} the file has.
 */
public final class WeightsFile implements AutoCloseable {
  private static final String STATE = "state/";
  private static final String AVERAGE = "state/average/";

  /** What batch normalisation counts; networks without it have no use for it. */
  private static final String COUNTER = ".num_batches_tracked";

  private final Path path;
  private final List<TensorFile> files;
  private final Naming naming;

  /** The tensors of which weights are made, by the names of the weights. */
  private final Map<String, Source> sources = new LinkedHashMap<>();

  /** Tensors that have to equal weights, by the weights' names. */
  private final Map<String, Piece> twins = new LinkedHashMap<>();

  /** A tensor of a file. */
  private record Piece(TensorFile file, String name) {
    TensorFile.Entry entry() {
      return file.entry(name).orElseThrow();
    }
  }

  /** Parts along the first axis, mostly one. */
  private record Source(String name, List<Piece> pieces) {
    TensorFile.Entry entry() {
      TensorFile.Entry first = pieces.getFirst().entry();
      int rows = pieces.stream().mapToInt(piece -> piece.entry().shape().dim(0)).sum();
      return new Joined(name, first.type(), first.shape().with(0, rows));
    }

    /** Whether the parts are there, and differ in the first axis alone. */
    boolean fits() {
      if (pieces.contains(null)) {
        return false;
      }
      TensorFile.Entry first = pieces.getFirst().entry();
      return pieces.stream()
          .map(Piece::entry)
          .allMatch(it ->
              first.shape().rank() > 0
                  && it.shape().rank() == first.shape().rank()
                  && it.type().isFloating()
                  && it.shape().with(0, 1).equals(first.shape().with(0, 1)));
    }
  }

  /** What several tensors are together. */
  private record Joined(String name, StorageType type, Shape shape) implements TensorFile.Entry {
    @Override
    public String toString() {
      return name + " " + type + shape;
    }
  }

  WeightsFile(Path path, List<TensorFile> files) {
    this.path = path;
    this.files = files;
    var tensors = tensors();
    this.naming = Naming.of(tensors.keySet());
    tensors.forEach(this::place);
    var broken = new ArrayList<Source>();
    for (Source source : sources.values()) {
      if (source.pieces.size() > 1 && !source.fits()) {
        broken.add(source);
      }
    }
    for (Source source : broken) { // what is there goes by its own names
      sources.remove(source.name);
      source.pieces.stream().filter(Objects::nonNull).forEach(piece -> own(piece.name, piece));
    }
  }

  /** The tensors by the names of the files, of a run's checkpoint those that are weights. */
  private Map<String, Piece> tensors() {
    var tensors = new LinkedHashMap<String, Piece>();
    for (TensorFile file : files) {
      for (var entry : file.entries()) {
        if (!entry.name().startsWith(STATE)) {
          tensors.put(entry.name(), new Piece(file, entry.name()));
        }
      }
      for (var entry : file.entries()) {
        if (entry.name().startsWith(AVERAGE)) {
          tensors.put(entry.name().substring(AVERAGE.length()), new Piece(file, entry.name()));
        }
      }
    }
    return tensors;
  }

  private void place(String name, Piece piece) {
    naming.twin(name).ifPresent(ours -> twins.put(ours, piece));
    var found = naming.part(name);
    if (found.isEmpty()) {
      return;
    }
    Rename.Part part = found.get();
    Source source =
        sources.computeIfAbsent(
            part.ours(),
            ours -> new Source(ours, new ArrayList<>(Collections.nCopies(part.count(), null))));
    if (source.pieces.size() == part.count() && source.pieces.get(part.index()) == null) {
      source.pieces.set(part.index(), piece);
    } else {
      own(name, piece);
    }
  }

  private void own(String name, Piece piece) {
    sources.put(name, new Source(name, List.of(piece)));
  }

  /**
   * Opens a file, the best weights of a run's folder, or those of a folder as Hugging Face has
   * them.
   *
   * @param key where in a training checkpoint of PyTorch the weights are; empty to find them
   * @throws IOException if there are no weights, or a file is damaged
   */
  public static WeightsFile open(Path place, Optional<String> key) throws IOException {
    var files = new ArrayList<TensorFile>();
    boolean opened = false;
    try {
      for (Path file : WeightsPlace.files(place)) {
        files.add(TensorFile.open(file, key));
      }
      Path path = files.size() == 1 ? files.getFirst().file() : place;
      var weights = new WeightsFile(path, files);
      opened = true;
      return weights;
    } finally {
      if (!opened) {
        files.forEach(TensorFile::close);
      }
    }
  }

  /** The file, or the folder where there are several. */
  public Path path() {
    return path;
  }

  /** The names that the file uses. */
  public Naming naming() {
    return naming;
  }

  /** Strings kept with the weights, if any. */
  public Map<String, String> metadata() {
    return files.getFirst().metadata();
  }

  /** What was chosen or left out while the file was opened. */
  public List<String> notes() {
    return files.stream().flatMap(file -> file.notes().stream()).toList();
  }

  /** Our names of the weights, in the order of the file. */
  public Set<String> names() {
    return new LinkedHashSet<>(sources.keySet());
  }

  /** Type and shape of a weight of the file. */
  public TensorFile.Entry entry(String name) {
    Source source = sources.get(name);
    return source.pieces.size() == 1 ? source.pieces.getFirst().entry() : source.entry();
  }

  /** All tensors of the file as it has them, under its own names. */
  public Map<String, TensorFile.Entry> plain() {
    var plain = new LinkedHashMap<String, TensorFile.Entry>();
    tensors().forEach((name, piece) -> plain.put(name, piece.entry()));
    return plain;
  }

  /** A tensor under the file's own name. */
  public Tensor plain(String name) throws IOException {
    Piece piece = tensors().get(name);
    return piece.file.tensor(piece.name);
  }

  /** A weight as the file has it; one that is kept in parts as float32. */
  public Tensor tensor(String name) throws IOException {
    Source source = sources.get(name);
    Piece first = source.pieces.getFirst();
    return source.pieces.size() == 1
        ? first.file.tensor(first.name)
        : Tensor.of(entry(name).shape(), floats(name));
  }

  /**
   * What differs from what a network holds; counters of batches may be there or not, and so may
   * parts for tasks that aren't the network's.
   */
  public NameReport compare(Parameters parameters) {
    Map<String, TensorSpec> wanted = new LinkedHashMap<>();
    parameters
        .byName()
        .forEach((name, parameter) -> {
          if (!parameter.isCounter()) {
            wanted.put(name, new TensorSpec(parameter.storedType(), parameter.storedShape()));
          }
        });
    Set<String> unused = unused(parameters);
    Map<String, TensorFile.Entry> found = new LinkedHashMap<>();
    for (String name : sources.keySet()) {
      if (wanted.containsKey(name)) {
        found.put(name, stretched(name, entry(name), wanted.get(name).shape()));
      } else if (!name.endsWith(COUNTER) && !unused.contains(name) && !isConstant(name)) {
        found.put(name, entry(name));
      }
    }
    return NameReport.compare(wanted, path(), found);
  }

  /** What the file has for tasks that aren't the network's. */
  Set<String> unused(Parameters parameters) {
    return sources.keySet().stream()
        .filter(name -> naming.isTask(name) && !parameters.byName().containsKey(name))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** What {@link #value} makes of positions for another size of picture, in words. */
  List<String> stretchings(Parameters parameters) {
    return parameters.byName().entrySet().stream()
        .filter(entry -> sources.containsKey(entry.getKey()))
        .flatMap(entry -> {
          Shape shape = entry(entry.getKey()).shape();
          Shape wanted = entry.getValue().storedShape();
          return PositionGrid.fits(entry.getKey(), shape, wanted)
              ? Stream.of(PositionGrid.note(shape, wanted))
              : Stream.empty();
        })
        .toList();
  }

  /** As if positions were of another picture's size already, where they can become so. */
  private static TensorFile.Entry stretched(String name, TensorFile.Entry entry, Shape wanted) {
    return PositionGrid.fits(name, entry.shape(), wanted)
        ? new Joined(entry.name(), entry.type(), wanted)
        : entry;
  }

  /** Exporters to ONNX keep numbers of the graph beside the weights; those have no layer's name. */
  private boolean isConstant(String name) {
    return !name.contains(".") && sources.get(name).pieces.getFirst().file instanceof OnnxFile;
  }

  /** A weight as a checkpoint of ours would have it; a counter that the file lacks is new. */
  Tensor value(String name, Parameter parameter) throws IOException {
    if (parameter.isCounter()) {
      return sources.containsKey(name) && entry(name).shape().rank() == 0
          ? Tensor.of(parameter.storedShape(), Math.round(tensor(name).at(0)))
          : parameter.initial(0, name);
    }
    float[] values = floats(name);
    requireTwin(name, values);
    Shape wanted = parameter.storedShape();
    Shape shape = entry(name).shape();
    return Tensor.of(
        wanted,
        PositionGrid.fits(name, shape, wanted)
            ? PositionGrid.stretched(values, shape, wanted)
            : values);
  }

  private float[] floats(String name) throws IOException {
    Source source = sources.get(name);
    Piece first = source.pieces.getFirst();
    if (source.pieces.size() == 1) {
      return first.file.floats(first.name);
    }
    float[] all = new float[entry(name).shape().size()];
    int done = 0;
    for (Piece piece : source.pieces) {
      float[] part = piece.file.floats(piece.name);
      System.arraycopy(part, 0, all, done, part.length);
      done += part.length;
    }
    return all;
  }

  /** A read-out that is stored beside the embedding has to be the same. */
  private void requireTwin(String name, float[] values) throws IOException {
    Piece twin = twins.get(name);
    if (twin != null && !Arrays.equals(twin.file.floats(twin.name), values)) {
      throw new FileFormatException(
          twin.file.file(),
          "%s isn't the same as %s".formatted(quote(twin.name), quote(name)),
          "give a model whose read-out is tied to its embedding");
    }
  }

  @Override
  public void close() {
    files.forEach(TensorFile::close);
  }
}
