package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.ProtobufReader.ProtobufException;
import dev.bramante.io.ProtobufReader.Wire;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An initialiser of an ONNX graph: the message {@code TensorProto} of onnx.proto.
 *
 * @param name its name
 * @param type its element type
 * @param shape its shape
 * @param packing how its elements are written
 * @param data its elements
 * @param transposed whether they are written column by column, those of a matrix
 */
record OnnxTensor(
    String name,
    StorageType type,
    Shape shape,
    Packing packing,
    MemorySegment data,
    boolean transposed)
    implements TensorFile.Entry {
  private static final int MOST_AXES = 64;
  private static final Map<Long, StorageType> TYPES =
      Map.ofEntries(
          Map.entry(1L, StorageType.F32),
          Map.entry(2L, StorageType.U8),
          Map.entry(3L, StorageType.I8),
          Map.entry(4L, StorageType.U16),
          Map.entry(5L, StorageType.I16),
          Map.entry(6L, StorageType.I32),
          Map.entry(7L, StorageType.I64),
          Map.entry(9L, StorageType.BOOL),
          Map.entry(10L, StorageType.F16),
          Map.entry(11L, StorageType.F64),
          Map.entry(12L, StorageType.U32),
          Map.entry(13L, StorageType.U64),
          Map.entry(16L, StorageType.BF16),
          Map.entry(17L, StorageType.F8_E4M3),
          Map.entry(19L, StorageType.F8_E5M2));

  /** How elements are written. */
  enum Packing {
    /** As they are in memory, little-endian. */
    PLAIN,
    /** As varints, whatever their size. */
    VARINTS
  }

  /** Reads the message. */
  static OnnxTensor of(MemorySegment message) throws ProtobufException {
    var in = new ProtobufReader(message);
    var dims = new long[MOST_AXES];
    int rank = 0;
    long type = 0;
    String name = "";
    var data = MemorySegment.ofArray(new byte[0]);
    var packing = Packing.PLAIN;
    while (in.next()) {
      if (in.is(1, Wire.VARINT)) {
        rank = add(dims, rank, in.number());
      } else if (in.is(1, Wire.BYTES)) {
        for (var sizes = new ProtobufReader(in.content()); sizes.hasMore(); ) {
          rank = add(dims, rank, sizes.varint());
        }
      } else if (in.is(2, Wire.VARINT)) {
        type = in.number();
      } else if (in.is(8, Wire.BYTES)) {
        name = in.text();
      } else if (in.is(4, Wire.BYTES) || in.is(9, Wire.BYTES) || in.is(10, Wire.BYTES)) {
        data = in.content();
        packing = Packing.PLAIN;
      } else if (in.is(5, Wire.BYTES) || in.is(7, Wire.BYTES) || in.is(11, Wire.BYTES)) {
        data = in.content();
        packing = Packing.VARINTS;
      } else if (in.field() == 13 || in.is(14, Wire.VARINT) && in.number() != 0) {
        throw new ProtobufException(
            "the tensor " + quote(name) + " is kept in another file, which is not read");
      }
    }
    return checked(
        name, type, IntStream.range(0, rank).mapToLong(i -> dims[i]).toArray(), packing, data);
  }

  private static int add(long[] dims, int rank, long size) throws ProtobufException {
    if (rank == dims.length || size < 0 || size > Integer.MAX_VALUE) {
      throw new ProtobufException("a tensor has more than 64 axes or an impossible size");
    }
    dims[rank] = size;
    return rank + 1;
  }

  private static OnnxTensor checked(
      String name, long code, long[] dims, Packing packing, MemorySegment data)
      throws ProtobufException {
    String what = "the tensor " + quote(name);
    StorageType type = TYPES.get(code);
    if (type == null) {
      throw new ProtobufException(what + " is of the unread type " + code);
    }
    Shape shape;
    try {
      shape = Shape.of(IntStream.range(0, dims.length).map(i -> (int) dims[i]).toArray());
    } catch (IllegalArgumentException tooLarge) {
      throw new ProtobufException(what + " has more elements than a Java array can hold");
    }
    long count = shape.size();
    boolean fits =
        switch (packing) {
          case PLAIN -> data.byteSize() == count * type.bytes();
          case VARINTS -> data.byteSize() >= count && data.byteSize() <= 10 * count;
        };
    if (!fits) {
      throw new ProtobufException(
          "%s %s%s has %d bytes".formatted(what, type, shape, data.byteSize()));
    }
    return new OnnxTensor(name, type, shape, packing, data, false);
  }

  /** Whether it can be {@link #transposed}: a matrix of numbers that are read as float32. */
  boolean isMatrix() {
    return shape.rank() == 2 && type.readAs().equals(Optional.of(DType.F32));
  }

  /** The matrix turned, under another name. */
  OnnxTensor transposed(String as) {
    Shape turned = Shape.of(shape.dim(1), shape.dim(0));
    return new OnnxTensor(as, type, turned, packing, data, !transposed);
  }

  /** The elements in single precision, row by row. */
  float[] floats() throws ProtobufException {
    var values = new float[shape.size()];
    Elements.floats(plain(), type, values, 0, values.length);
    if (!transposed) {
      return values;
    }
    var rows = new float[values.length];
    int width = shape.dim(1);
    int height = shape.dim(0);
    for (int i = 0; i < height; i++) {
      for (int j = 0; j < width; j++) {
        rows[i * width + j] = values[j * height + i];
      }
    }
    return rows;
  }

  /** The elements, where they are of 64 bits. */
  List<Long> longs() throws ProtobufException {
    MemorySegment bytes = plain();
    var layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    return LongStream.range(0, shape.size()).mapToObj(i -> bytes.get(layout, 8 * i)).toList();
  }

  /** The elements as they are in memory, little-endian. */
  MemorySegment plain() throws ProtobufException {
    if (packing == Packing.PLAIN) {
      return data;
    }
    int size = type.bytes();
    int count = shape.size();
    // Longs, since an array of bytes ends at 2 GB.
    var plain = MemorySegment.ofArray(new long[(int) (((long) count * size + 7) / 8)]);
    var in = new ProtobufReader(data);
    for (int i = 0; i < count; i++) {
      long value = in.varint();
      for (int b = 0; b < size; b++) {
        plain.set(ValueLayout.JAVA_BYTE, (long) i * size + b, (byte) (value >>> 8 * b));
      }
    }
    if (in.hasMore()) {
      throw new ProtobufException("the tensor " + quote(name) + " has elements too many");
    }
    return plain.asSlice(0, (long) count * size);
  }

  /** Name, type and shape, as {@code conv1.weight F32[32, 1, 5, 5]}. */
  @Override
  public String toString() {
    return Quote.clean(name) + " " + type + shape;
  }
}
