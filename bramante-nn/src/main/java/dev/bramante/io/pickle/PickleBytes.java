package dev.bramante.io.pickle;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, read from the front; each length is checked against what is left. */
final class PickleBytes {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final int LONGEST_LINE = 1000;

  private final MemorySegment bytes;
  private long position;

  PickleBytes(MemorySegment bytes) {
    this.bytes = bytes;
  }

  long position() {
    return position;
  }

  int u8() throws PickleException {
    return Byte.toUnsignedInt(bytes.get(BYTE, take(1)));
  }

  int u16() throws PickleException {
    return u8() | u8() << 8;
  }

  int i32() throws PickleException {
    return bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), take(4));
  }

  long u32() throws PickleException {
    return Integer.toUnsignedLong(i32());
  }

  long i64() throws PickleException {
    return bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), take(8));
  }

  double bigEndianDouble() throws PickleException {
    return bytes.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), take(8));
  }

  /** A little-endian number in two's complement; of more than 8 bytes, the lowest 8. */
  long twosComplement(long length) throws PickleException {
    long from = take(length);
    long value = 0;
    int used = (int) Math.min(length, 8);
    for (int i = 0; i < used; i++) {
      value |= (long) Byte.toUnsignedInt(bytes.get(BYTE, from + i)) << 8 * i;
    }
    int unused = 64 - 8 * used;
    return unused == 64 ? 0 : value << unused >> unused;
  }

  String text(long length) throws PickleException {
    long from = take(length);
    if (length > Integer.MAX_VALUE) {
      throw damaged("a string of " + length + " bytes");
    }
    ByteBuffer encoded = bytes.asSlice(from, length).asByteBuffer();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      throw damaged("a string that is no UTF-8");
    }
  }

  /** Text up to a line feed, as names are written. */
  String line() throws PickleException {
    long end = position;
    while (end < bytes.byteSize() && bytes.get(BYTE, end) != '\n') {
      end++;
    }
    if (end - position > LONGEST_LINE) {
      throw damaged("a name of " + (end - position) + " bytes");
    }
    String line = text(end - position);
    take(1);
    return line;
  }

  void skip(long length) throws PickleException {
    take(length);
  }

  /** The place of the next bytes, after which reading goes on. */
  private long take(long length) throws PickleException {
    if (length < 0 || length > bytes.byteSize() - position) {
      throw damaged(
          Long.toUnsignedString(length)
              + " bytes wanted, "
              + (bytes.byteSize() - position)
              + " left");
    }
    long at = position;
    position += length;
    return at;
  }

  PickleException damaged(String problem) {
    return PickleException.damaged("the pickle has " + problem + " at byte " + position);
  }
}
