package dev.bramante.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Replaces files as a whole: the content is written beside the target, forced to the disk and then
 * renamed over it. Whatever interrupts this, the target holds its old content or the new one.
 *
 * <p>A process killed while it writes leaves a file {@code .NAME.PID-N.tmp} beside the target,
 * which may be deleted.
 */
public final class AtomicFile {
  private static final AtomicLong SERIAL = new AtomicLong();

  private AtomicFile() {}

  /** Writes the content of one file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything to the channel, which is positioned at 0. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /** Replaces the file, or creates it, by the text in UTF-8. */
  public static void write(Path file, String text) throws IOException {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Replaces the file, or creates it, by the bytes. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  /**
   * Replaces the file, or creates it, by what {@code content} writes. A symbolic link is followed.
   *
   * @throws IOException if the content cannot be written; the file is then as it was before
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
    Path folder = target.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new FileSystemException(
          file.toString(), null, "cannot be written: its folder does not exist; create it first");
    }
    if (Files.isDirectory(target)) {
      throw new FileSystemException(
          file.toString(), null, "cannot be written: this is a folder; name a file in it");
    }
    Path beside =
        folder.resolve(
            "."
                + target.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + "-"
                + SERIAL.getAndIncrement()
                + ".tmp");
    boolean renamed = false;
    try {
      writeAndForce(beside, content);
      Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
      renamed = true;
    } catch (IOException failure) {
      throw unwritten(file, failure);
    } finally {
      if (!renamed) {
        discard(beside);
      }
    }
    forceFolder(folder);
  }

  /** Writes all of the buffer's remaining bytes at the channel's position. */
  public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void writeAndForce(Path beside, Content content) throws IOException {
    try (var channel =
        FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      content.writeTo(channel);
      channel.force(true);
    }
  }

  private static void discard(Path beside) {
    try {
      Files.deleteIfExists(beside);
    } catch (IOException stays) {
      // The failure that brought us here is the one to report; the leftover does no harm.
      beside.toFile().deleteOnExit();
    }
  }

  private static IOException unwritten(Path file, IOException failure) {
    String reason =
        switch (failure) {
          case AccessDeniedException denied ->
              "its folder may not be written to; check its permissions";
          case FileSystemException system when system.getReason() != null -> system.getReason();
          default -> String.valueOf(failure.getMessage());
        };
    String kept = Files.exists(file) ? "; the file is unchanged" : "; nothing was written";
    var told =
        new FileSystemException(file.toString(), null, "cannot be written: " + reason + kept);
    told.initCause(failure);
    return told;
  }

  /** Makes the rename itself durable, where the system allows a folder to be opened. */
  private static void forceFolder(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(folder, StandardOpenOption.READ);
    } catch (IOException unsupported) {
      // Windows cannot open a folder and needs no force: the content is on the disk already.
      return;
    }
    try (channel) {
      channel.force(true);
    }
  }
}
