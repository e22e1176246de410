package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;

/**
 * A tensor as it stands in a mapped file.
 *
 * @param bytes finds its elements, one after the other
 */
record StoredTensor(Path file, TensorFile.Entry entry, Bytes bytes) {
  /** Finds bytes in the mapped file. */
  @FunctionalInterface
  interface Bytes {
    /** The bytes. */
    MemorySegment find() throws IOException;
  }

  /**
   * The entry of a name.
   *
   * @throws FileFormatException if there is none
   */
  static <E> E wanted(Path file, Map<String, E> entries, String name) throws FileFormatException {
    E entry = entries.get(name);
    if (entry == null) {
      throw new FileFormatException(
          file, "there is no tensor " + quote(name), "list the file's names and choose one");
    }
    return entry;
  }

  /** See {@link TensorFile#tensor}. */
  Tensor tensor() throws IOException {
    if (entry.type().readAs().isEmpty()) {
      throw new FileFormatException(
          file,
          "tensor "
              + quote(entry.name())
              + " is of type "
              + entry.type()
              + ", which cannot be read",
          "store it in another type");
    }
    try {
      return Elements.tensor(bytes.find(), entry.type(), entry.shape());
    } catch (InternalError fault) {
      throw MappedFile.shrunk(file, fault);
    } catch (Elements.NotBoolean wrong) {
      throw new FileFormatException(
          file,
          "tensor " + quote(entry.name()) + ": " + wrong.getMessage(),
          "the file is damaged, get it again",
          wrong);
    }
  }

  /** See {@link TensorFile#floats}; into an array. */
  void floats(float[] into, int offset) throws IOException {
    if (!entry.type().isFloating()) {
      throw new FileFormatException(
          file,
          "tensor " + quote(entry.name()) + " is of type " + entry.type() + ", not a floating one",
          "store it as F32");
    }
    try {
      Elements.floats(bytes.find(), entry.type(), into, offset, entry.shape().size());
    } catch (InternalError fault) {
      throw MappedFile.shrunk(file, fault);
    }
  }
}
