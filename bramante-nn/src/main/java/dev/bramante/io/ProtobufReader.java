package dev.bramante.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The fields of a message in the encoding of Protocol Buffers, one after the other; each length is
 * checked against what is left.
 */
final class ProtobufReader {
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final int LONGEST_VARINT = 10;

  private final MemorySegment bytes;
  private long position;
  private int field;
  private Wire wire = Wire.VARINT;
  private long number;
  private MemorySegment content = MemorySegment.NULL;

  /** How a field is written. */
  enum Wire {
    VARINT,
    FIXED_64,
    BYTES,
    FIXED_32
  }

  /** A message is damaged. */
  static final class ProtobufException extends Exception {
    private static final long serialVersionUID = 1L;

    ProtobufException(String problem) {
      super(problem);
    }
  }

  ProtobufReader(MemorySegment bytes) {
    this.bytes = bytes;
  }

  /** Goes to the next field; false after the last. */
  boolean next() throws ProtobufException {
    if (position == bytes.byteSize()) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    if (tag >>> 3 == 0 || tag >>> 3 > Integer.MAX_VALUE) {
      throw damaged("a field of number " + Long.toUnsignedString(tag >>> 3));
    }
    switch ((int) tag & 7) {
      case 0 -> {
        wire = Wire.VARINT;
        number = varint();
      }
      case 1 -> take(Wire.FIXED_64, Long.BYTES);
      case 2 -> take(Wire.BYTES, varint());
      case 5 -> take(Wire.FIXED_32, Integer.BYTES);
      default -> throw damaged("a field of the unknown kind " + (tag & 7));
    }
    return true;
  }

  private void take(Wire kind, long length) throws ProtobufException {
    if (length < 0 || length > bytes.byteSize() - position) {
      throw damaged(
          "a field of %s bytes, of which %d are left"
              .formatted(Long.toUnsignedString(length), bytes.byteSize() - position));
    }
    wire = kind;
    content = bytes.asSlice(position, length);
    position += length;
  }

  /** The number of the field. */
  int field() {
    return field;
  }

  /** Whether the field is that one and written so. */
  boolean is(int wanted, Wire kind) {
    return field == wanted && wire == kind;
  }

  /** The value of a field that is a varint. */
  long number() {
    return number;
  }

  /** The content of a field that is none. */
  MemorySegment content() {
    return content;
  }

  /** The content as text. */
  String text() throws ProtobufException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(content.asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw damaged("a name that is no UTF-8");
    }
  }

  /** Whether varints are left, where the bytes are a packed list of them. */
  boolean hasMore() {
    return position < bytes.byteSize();
  }

  /** The next of a packed list of varints. */
  long varint() throws ProtobufException {
    long value = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (position == bytes.byteSize()) {
        throw damaged("a number that ends early");
      }
      byte part = bytes.get(BYTE, position++);
      value |= (long) (part & 0x7F) << 7 * i;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged("a number of more than " + LONGEST_VARINT + " bytes");
  }

  ProtobufException damaged(String problem) {
    return new ProtobufException("the file has " + problem);
  }
}
