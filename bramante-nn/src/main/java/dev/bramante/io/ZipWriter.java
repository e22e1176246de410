package dev.bramante.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes a zip file of stored entries, each of which begins at a multiple of 64 bytes, so that a
 * reader may map it. The bytes depend on the content alone: no time is kept.
 */
final class ZipWriter {
  /** The most that a zip file without the 64-bit extension can hold. */
  static final long MOST_BYTES = 0xFFFF_FFFFL;

  private static final int ALIGNMENT = 64;
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final short VERSION = 20;
  private static final short UTF_8 = 1 << 11;

  /** The first of January 1980, where zip's calendar begins. */
  private static final short DATE = 1 << 5 | 1;

  /** What PyTorch calls the extra field that it pads with. */
  private static final short PADDING = 'F' | 'B' << 8;

  private final FileChannel channel;
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int entries;

  /** A zip file from the channel's position, which must be 0. */
  ZipWriter(FileChannel channel) {
    this.channel = channel;
  }

  /** Begins an entry; the caller then writes its bytes to the channel. */
  void begin(String name, int crc, long size) throws IOException {
    long header = channel.position();
    byte[] encoded = name.getBytes(StandardCharsets.UTF_8);
    int content = Math.toIntExact((header + LOCAL_HEADER_BYTES + encoded.length + 4) % ALIGNMENT);
    int padding = (ALIGNMENT - content) % ALIGNMENT;
    ByteBuffer local = buffer(LOCAL_HEADER_BYTES + encoded.length + 4 + padding);
    local.putInt(LOCAL_HEADER);
    common(local, crc, size, encoded.length, 4 + padding);
    local.put(encoded).putShort(PADDING).putShort((short) padding);
    AtomicFile.writeFully(channel, local.rewind());

    ByteBuffer entry = buffer(ENTRY_BYTES + encoded.length);
    entry.putInt(ENTRY).putShort(VERSION);
    common(entry, crc, size, encoded.length, 0);
    entry.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    entry.putInt((int) header).put(encoded);
    directory.writeBytes(entry.array());
    entries++;
  }

  /** Ends the file. */
  void finish() throws IOException {
    long begin = channel.position();
    ByteBuffer end = buffer(END_BYTES);
    end.putInt(END).putShort((short) 0).putShort((short) 0);
    end.putShort((short) entries).putShort((short) entries);
    end.putInt(directory.size()).putInt((int) begin).putShort((short) 0);
    AtomicFile.writeFully(channel, ByteBuffer.wrap(directory.toByteArray()));
    AtomicFile.writeFully(channel, end.rewind());
  }

  /** What the header of an entry and the directory have in common. */
  private static void common(ByteBuffer to, int crc, long size, int name, int extra) {
    to.putShort(VERSION).putShort(UTF_8).putShort((short) 0).putShort((short) 0).putShort(DATE);
    to.putInt(crc).putInt((int) size).putInt((int) size);
    to.putShort((short) name).putShort((short) extra);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
