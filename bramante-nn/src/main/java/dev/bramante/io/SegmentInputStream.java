package dev.bramante.io;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/** The bytes of a memory segment as a stream. */
final class SegmentInputStream extends InputStream {
  private final MemorySegment bytes;
  private long position;

  SegmentInputStream(MemorySegment bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    return position == bytes.byteSize()
        ? -1
        : Byte.toUnsignedInt(bytes.get(ValueLayout.JAVA_BYTE, position++));
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, into.length);
    int count = (int) Math.min(length, bytes.byteSize() - position);
    if (count == 0 && length > 0) {
      return -1;
    }
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, into, offset, count);
    position += count;
    return count;
  }
}
