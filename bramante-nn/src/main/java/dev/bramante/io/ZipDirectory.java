package dev.bramante.io;

import dev.bramante.io.ZipArchive.Entry;
import dev.bramante.io.ZipArchive.ZipException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The list of contents at the end of a zip file. */
final class ZipDirectory {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCATOR_64_BYTES = 20;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_BYTES = 56;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int EXTRA_64 = 1;
  private static final long IN_EXTRA = 0xFFFF_FFFFL;
  private static final int ENCRYPTED = 1;

  /** More entries than a model has tensors. */
  private static final long MOST_ENTRIES = 1_000_000;

  private final MemorySegment bytes;

  private ZipDirectory(MemorySegment bytes) {
    this.bytes = bytes;
  }

  static List<Entry> read(MemorySegment bytes) throws ZipException {
    return new ZipDirectory(bytes).entries();
  }

  static int u16(MemorySegment bytes, long at) {
    return Short.toUnsignedInt(bytes.get(SHORT, at));
  }

  static int i32(MemorySegment bytes, long at) {
    return bytes.get(INT, at);
  }

  private static long u32(MemorySegment bytes, long at) {
    return Integer.toUnsignedLong(bytes.get(INT, at));
  }

  private List<Entry> entries() throws ZipException {
    long end = end();
    long count = u16(bytes, end + 10);
    long size = u32(bytes, end + 12);
    long begin = u32(bytes, end + 16);
    if (count == 0xFFFF || size == IN_EXTRA || begin == IN_EXTRA) {
      long end64 = end64(end);
      count = bytes.get(LONG, end64 + 32);
      size = bytes.get(LONG, end64 + 40);
      begin = bytes.get(LONG, end64 + 48);
    }
    if (size < 0 || begin < 0 || size > end || begin > end - size) {
      throw new ZipException("its directory is said to be outside of the file");
    }
    if (count < 0 || count > MOST_ENTRIES || count > size / ENTRY_BYTES) {
      throw new ZipException(
          "its directory cannot have " + Long.toUnsignedString(count) + " entries");
    }
    List<Entry> entries = new ArrayList<>();
    long at = begin;
    for (long i = 0; i < count; i++) {
      at = entry(at, begin + size, entries);
    }
    requireApart(entries, begin);
    return entries;
  }

  /** The record at the end, which only a comment may follow. */
  private long end() throws ZipException {
    long last = bytes.byteSize() - END_BYTES;
    for (long at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
      if (i32(bytes, at) == END && u16(bytes, at + 20) == last - at) {
        return at;
      }
    }
    throw new ZipException("the directory at its end is missing: it was not copied completely");
  }

  private long end64(long end) throws ZipException {
    long locator = end - LOCATOR_64_BYTES;
    if (locator < 0 || i32(bytes, locator) != LOCATOR_64) {
      throw new ZipException("the 64-bit directory is missing");
    }
    long at = bytes.get(LONG, locator + 8);
    if (at < 0 || at > locator - END_64_BYTES || i32(bytes, at) != END_64) {
      throw new ZipException("the 64-bit directory is not at its place");
    }
    return at;
  }

  /** Adds the entry at a place and returns the place after it. */
  private long entry(long at, long end, List<Entry> entries) throws ZipException {
    if (at > end - ENTRY_BYTES || i32(bytes, at) != ENTRY) {
      throw new ZipException("its directory ends early");
    }
    int nameBytes = u16(bytes, at + 28);
    int extraBytes = u16(bytes, at + 30);
    long next = at + ENTRY_BYTES + nameBytes + extraBytes + u16(bytes, at + 32);
    if (next > end) {
      throw new ZipException("its directory ends early");
    }
    String name = name(bytes.asSlice(at + ENTRY_BYTES, nameBytes));
    if ((u16(bytes, at + 8) & ENCRYPTED) != 0) {
      throw new ZipException("the entry " + Quote.quote(name) + " is encrypted");
    }
    var sizes = new long[] {u32(bytes, at + 24), u32(bytes, at + 20), u32(bytes, at + 42)};
    wide(sizes, bytes.asSlice(at + ENTRY_BYTES + nameBytes, extraBytes));
    if (sizes[0] < 0 || sizes[1] < 0 || sizes[2] < 0) {
      throw new ZipException("the entry " + Quote.quote(name) + " has an impossible size");
    }
    int method = u16(bytes, at + 10);
    entries.add(new Entry(name, method, i32(bytes, at + 16), sizes[1], sizes[0], sizes[2]));
    return next;
  }

  private static String name(MemorySegment encoded) throws ZipException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded.asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw new ZipException("the name of an entry is no UTF-8");
    }
  }

  /** Replaces those of size, packed size and place that stand in the 64-bit extension. */
  private static void wide(long[] sizes, MemorySegment extra) throws ZipException {
    long at = 0;
    while (at + 4 <= extra.byteSize()) {
      int kind = u16(extra, at);
      int length = u16(extra, at + 2);
      long end = at + 4 + length;
      if (end > extra.byteSize()) {
        throw new ZipException("an entry's extra field ends early");
      }
      at += 4;
      for (int i = 0; kind == EXTRA_64 && i < sizes.length; i++) {
        if (sizes[i] == IN_EXTRA && at + 8 <= end) {
          sizes[i] = extra.get(LONG, at);
          at += 8;
        }
      }
      at = end;
    }
  }

  /** Entries that share bytes would let a small file unpack to a huge one. */
  private static void requireApart(List<Entry> entries, long directory) throws ZipException {
    List<Entry> ordered = new ArrayList<>(entries);
    ordered.sort(Comparator.comparingLong(Entry::header));
    long free = 0;
    for (Entry entry : ordered) {
      if (entry.header() < free || entry.packed() > directory - entry.header()) {
        throw new ZipException(
            "the entry " + Quote.quote(entry.name()) + " overlaps another or the directory");
      }
      free = entry.header() + entry.packed();
    }
  }
}
