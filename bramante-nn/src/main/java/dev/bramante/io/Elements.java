package dev.bramante.io;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/** Turns little-endian bytes into arrays. The caller has checked that the sizes agree. */
final class Elements {
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ORDER);

  private Elements() {}

  /** A byte that stands for neither false nor true. */
  static final class NotBoolean extends Exception {
    private static final long serialVersionUID = 1L;

    NotBoolean(int index, byte value) {
      super("element " + index + " is " + value + ", a BOOL must be 0 or 1");
    }
  }

  /** The tensor of the type that {@link StorageType#readAs} tells. */
  static Tensor tensor(MemorySegment bytes, StorageType type, Shape shape) throws NotBoolean {
    int count = shape.size();
    return switch (type) {
      case F64, F32, F16 -> {
        var values = new float[count];
        floats(bytes, type, values, 0, count);
        yield Tensor.of(shape, values);
      }
      case BF16 -> Tensor.wrap(DType.BF16, shape, bytes.toArray(SHORT));
      case I64 -> Tensor.of(shape, bytes.toArray(LONG));
      case I32 -> Tensor.of(shape, bytes.toArray(INT));
      case I8 -> Tensor.wrap(DType.I8, shape, bytes.toArray(BYTE));
      case BOOL -> Tensor.wrap(DType.BOOL, shape, booleans(bytes));
      case U32 -> Tensor.of(shape, unsigned(bytes, count));
      case I16 -> Tensor.of(shape, ints(count, i -> bytes.get(SHORT, 2L * i)));
      case U16 -> Tensor.of(shape, ints(count, i -> Short.toUnsignedInt(bytes.get(SHORT, 2L * i))));
      case U8 -> Tensor.of(shape, ints(count, i -> Byte.toUnsignedInt(bytes.get(BYTE, i))));
      case U64, F8_E5M2, F8_E4M3 -> throw unreadable(type);
    };
  }

  /** Fills {@code into} from {@code offset} with {@code count} values in single precision. */
  static void floats(MemorySegment bytes, StorageType type, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    switch (type) {
      case F32 -> MemorySegment.copy(bytes, FLOAT, 0, into, offset, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = (float) bytes.get(DOUBLE, 8L * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Float.float16ToFloat(bytes.get(SHORT, 2L * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[offset + i] = Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
        }
      }
      case I64, I32, I16, I8, U64, U32, U16, U8, BOOL, F8_E5M2, F8_E4M3 -> throw unreadable(type);
    }
  }

  private static byte[] booleans(MemorySegment bytes) throws NotBoolean {
    byte[] values = bytes.toArray(BYTE);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0 && values[i] != 1) {
        throw new NotBoolean(i, values[i]);
      }
    }
    return values;
  }

  private static int[] ints(int count, IntUnaryOperator element) {
    var values = new int[count];
    Arrays.setAll(values, element);
    return values;
  }

  private static long[] unsigned(MemorySegment bytes, int count) {
    var values = new long[count];
    Arrays.setAll(values, i -> Integer.toUnsignedLong(bytes.get(INT, 4L * i)));
    return values;
  }

  private static IllegalArgumentException unreadable(StorageType type) {
    return new IllegalArgumentException("no conversion from " + type);
  }
}
