package dev.bramante.io;

import dev.bramante.io.ZipArchive.ZipException;
import dev.bramante.io.pickle.PickleException;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of weights as {@code torch.save} writes it ({@code .pth}, {@code .pt}): today's zip file,
 * and the format before version 1.6. The pickle in it is read by {@link
 * dev.bramante.io.pickle.Unpickler}, which knows tensors and plain containers and executes nothing.
 */
public final class TorchFile implements TensorFile {
  /**
   * Bytes that tensors may have beyond what is stored, some copies of which are always allowed:
   * expanded and shared tensors are small in practice, and a small file must not be able to ask for
   * any memory that it likes.
   */
  private static final long ROOM_BEYOND = 1L << 24;

  private static final int MOST_COPIES = 8;
  private static final String DAMAGED = "the file is damaged, get it again";

  private final MappedFile file;
  private final TorchStorages storages;
  private final StateDict weights;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * One tensor of a file.
   *
   * @param name its name
   * @param type its element type in the file
   * @param shape its shape
   */
  public record Entry(String name, StorageType type, Shape shape) implements TensorFile.Entry {
    /** Name, type and shape, as {@code conv1.weight F32[32, 1, 5, 5]}. */
    @Override
    public String toString() {
      return Quote.clean(name) + " " + type + shape;
    }
  }

  private TorchFile(MappedFile file, Optional<String> key) throws IOException {
    this.file = file;
    try {
      this.storages = TorchStorages.of(file.bytes());
      this.weights = StateDict.find(storages.root(), key);
      requireBounded();
    } catch (PickleException e) {
      throw fault(file.path(), e);
    } catch (ZipException e) {
      throw fault(file.path(), e);
    }
    weights
        .views()
        .forEach((name, view) -> entries.put(name, new Entry(name, view.type(), view.shape())));
  }

  /**
   * Opens a file and reads what it says of its tensors.
   *
   * @param key where in a training checkpoint the weights are, as {@code model.ema}; empty to find
   *     them
   * @throws FileFormatException if it is damaged or holds more than weights
   */
  public static TorchFile open(Path file, Optional<String> key) throws IOException {
    return MappedFile.open(file, mapped -> new TorchFile(mapped, key));
  }

  /**
   * Replaces a file, or creates it, by a state dict of the given tensors, which {@code torch.load}
   * reads.
   *
   * @throws IOException if it cannot be written; the file is then as it was before
   */
  public static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    TorchWriter.write(file, tensors);
  }

  private void requireBounded() throws PickleException {
    long stored = 0;
    long asked = 0;
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (TorchValue.View view : weights.views().values()) {
      sizes.put(view.storage().key(), view.storage().bytes());
      asked += (long) view.shape().size() * view.type().bytes();
    }
    for (long size : sizes.values()) {
      stored =
          Math.min(Long.MAX_VALUE / MOST_COPIES, stored) + Math.min(size, file.bytes().byteSize());
    }
    if (asked > MOST_COPIES * stored + ROOM_BEYOND) {
      throw PickleException.damaged(
          "the tensors would take " + asked + " bytes, but only " + stored + " are stored");
    }
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  @Override
  public Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** None: the format has no place for strings. */
  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public List<String> notes() {
    return weights.notes();
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    return stored(name).tensor();
  }

  @Override
  public float[] floats(String name) throws IOException {
    StoredTensor stored = stored(name);
    var values = new float[stored.entry().shape().size()];
    stored.floats(values, 0);
    return values;
  }

  @Override
  public void close() {
    file.close();
  }

  private StoredTensor stored(String name) throws FileFormatException {
    Entry entry = StoredTensor.wanted(file.path(), entries, name);
    return new StoredTensor(file.path(), entry, () -> bytes(name));
  }

  /** The elements of a tensor one after the other. */
  private MemorySegment bytes(String name) throws IOException {
    TorchValue.View view = weights.views().get(name);
    try {
      return Strided.elements(storages.bytes(view.storage()), view);
    } catch (ZipException e) {
      throw fault(file.path(), e);
    }
  }

  private static FileFormatException fault(Path file, ZipException e) {
    return new FileFormatException(file, e.getMessage(), DAMAGED, e);
  }

  private static FileFormatException fault(Path file, PickleException e) {
    String remedy =
        switch (e.reason()) {
          case DAMAGED -> "give a file that torch.save wrote of a state_dict";
          case REFUSED ->
              "nothing was executed; if you trust the file, save its weights alone in Python:"
                  + " torch.save(model.state_dict(), \"weights.pth\")";
        };
    return new FileFormatException(file, e.getMessage(), remedy, e);
  }
}
