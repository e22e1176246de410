package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a mapped zip file, of which stored ones are read without a copy. Names, sizes,
 * places and checksums are compared before an entry is used.
 *
 * <p>The format is that of PKWARE's APPNOTE.TXT, with its 64-bit extension.
 */
final class ZipArchive {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;

  /** The most that deflate makes of a byte is 1032. */
  private static final long LARGEST_RATIO = 1032;

  private final MemorySegment bytes;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** What was read and checked before: parts of the file, and the last that was unpacked. */
  private final Map<Entry, MemorySegment> known = new HashMap<>();

  private Optional<Entry> unpacked = Optional.empty();

  /** A zip file is damaged, or uses what is not read. The message says what. */
  static final class ZipException extends Exception {
    private static final long serialVersionUID = 1L;

    ZipException(String problem) {
      super(problem);
    }
  }

  /**
   * One entry.
   *
   * @param name its path in the archive
   * @param method how it is packed
   * @param crc its checksum
   * @param packed its bytes in the file
   * @param size its bytes when unpacked
   * @param header where its own header begins
   */
  record Entry(String name, int method, int crc, long packed, long size, long header) {}

  /** Reads the directory of a file. */
  ZipArchive(MemorySegment bytes) throws ZipException {
    this.bytes = bytes;
    for (Entry entry : ZipDirectory.read(bytes)) {
      if (entries.putIfAbsent(entry.name(), entry) != null) {
        throw new ZipException("the entry " + quote(entry.name()) + " occurs twice");
      }
    }
  }

  /** The entries by name. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** The content of an entry, if there is one; of at most {@code most} bytes. */
  Optional<MemorySegment> content(String name, long most) throws ZipException {
    Entry entry = entries.get(name);
    if (entry == null) {
      return Optional.empty();
    }
    MemorySegment content = known.get(entry);
    if (content == null) {
      content = content(entry, most);
      remember(entry, content);
    }
    return Optional.of(content);
  }

  private void remember(Entry entry, MemorySegment content) {
    if (entry.method() != STORED) {
      unpacked.ifPresent(known::remove);
      unpacked = Optional.of(entry);
    }
    known.put(entry, content);
  }

  private MemorySegment content(Entry entry, long most) throws ZipException {
    String what = "the entry " + quote(entry.name());
    if (entry.size() > most) {
      throw new ZipException(what + " has " + entry.size() + " bytes, at most " + most + " fit");
    }
    MemorySegment packed = packed(entry, what);
    MemorySegment content =
        switch (entry.method()) {
          case STORED -> packed;
          case DEFLATED -> inflated(packed, entry.size(), what);
          default ->
              throw new ZipException(what + " is packed by the unread method " + entry.method());
        };
    if (content.byteSize() != entry.size()) {
      throw new ZipException(
          what + " has " + content.byteSize() + " bytes, its header says " + entry.size());
    }
    if (checksum(content) != entry.crc()) {
      throw new ZipException(what + " is damaged: its checksum is another");
    }
    return content;
  }

  private MemorySegment packed(Entry entry, String what) throws ZipException {
    long at = entry.header();
    if (at < 0
        || at > bytes.byteSize() - LOCAL_HEADER_BYTES
        || ZipDirectory.i32(bytes, at) != LOCAL_HEADER) {
      throw new ZipException(what + " is not at its place");
    }
    long begin =
        at
            + LOCAL_HEADER_BYTES
            + ZipDirectory.u16(bytes, at + 26)
            + ZipDirectory.u16(bytes, at + 28);
    if (begin > bytes.byteSize() || entry.packed() > bytes.byteSize() - begin) {
      throw new ZipException(what + " ends after the file");
    }
    return bytes.asSlice(begin, entry.packed());
  }

  private static MemorySegment inflated(MemorySegment packed, long size, String what)
      throws ZipException {
    if (size / LARGEST_RATIO > packed.byteSize() || packed.byteSize() > Integer.MAX_VALUE) {
      throw new ZipException(
          what + " cannot unpack from " + packed.byteSize() + " to " + size + " bytes");
    }
    if (size > Integer.MAX_VALUE - 64) {
      throw new ZipException(what + " is too large for a packed one: store it without compression");
    }
    byte[] content = new byte[(int) size];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed.asByteBuffer());
      int done = 0;
      while (!inflater.finished() && done < content.length) {
        int count = inflater.inflate(content, done, content.length - done);
        if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          throw new ZipException(what + " ends early");
        }
        done += count;
      }
      if (done < content.length || !inflater.finished() && inflater.inflate(new byte[1]) != 0) {
        throw new ZipException(what + " is not as long as its header says");
      }
    } catch (DataFormatException e) {
      throw new ZipException(what + " is no deflated data");
    } finally {
      inflater.end();
    }
    return MemorySegment.ofArray(content);
  }

  private static int checksum(MemorySegment content) {
    var crc = new CRC32();
    long step = 1 << 30; // a buffer has at most 2 GB
    for (long from = 0; from < content.byteSize(); from += step) {
      crc.update(content.asSlice(from, Math.min(step, content.byteSize() - from)).asByteBuffer());
    }
    return (int) crc.getValue();
  }
}
