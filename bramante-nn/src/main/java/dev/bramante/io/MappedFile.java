package dev.bramante.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file in memory, for as long as it is open.
 *
 * @param path the file
 * @param bytes its content
 * @param arena what ends the mapping
 */
record MappedFile(Path path, MemorySegment bytes, Arena arena) implements AutoCloseable {
  /** Makes something of a mapped file. */
  @FunctionalInterface
  interface Reader<T> {
    /** Reads; the result has to close the file. */
    T read(MappedFile file) throws IOException;
  }

  /** Maps a file and hands it to a reader; if that fails, the mapping ends. */
  static <T> T open(Path file, Reader<T> reader) throws IOException {
    long size = InputFile.size(file);
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, size, arena);
      T result = reader.read(new MappedFile(file, bytes, arena));
      opened = true;
      return result;
    } catch (InternalError fault) {
      throw shrunk(file, fault);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /** A mapped page whose file has been cut off meanwhile shows as an InternalError. */
  static FileFormatException shrunk(Path file, InternalError fault) {
    return new FileFormatException(
        file, "the file became shorter while it was read", "try again once it is complete", fault);
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
