package dev.bramante.io;

import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The elements of a tensor as little-endian bytes, a part at a time. */
final class TensorBytes {
  private static final int BUFFER_BYTES = 1 << 16;

  private TensorBytes() {}

  /** Takes bytes. */
  @FunctionalInterface
  interface Sink {
    /** Takes all remaining bytes of the buffer, which is used again afterwards. */
    void take(ByteBuffer bytes) throws IOException;
  }

  /** A buffer for {@link #each}. */
  static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Hands all elements to the sink, by way of a buffer of {@link #buffer}. */
  static void each(Tensor tensor, ByteBuffer buffer, Sink sink) throws IOException {
    int size = tensor.dtype().bytes();
    int count = tensor.shape().size();
    for (int from = 0; from < count; ) {
      int part = Math.min(count - from, BUFFER_BYTES / size);
      buffer.clear().limit(part * size);
      put(tensor, from, part, buffer);
      sink.take(buffer);
      from += part;
    }
  }

  /** Copies elements to the buffer's start, leaving its position there. */
  private static void put(Tensor tensor, int from, int part, ByteBuffer buffer) {
    switch (tensor.dtype()) {
      case F32 -> buffer.asFloatBuffer().put((float[]) tensor.array(), from, part);
      case I32 -> buffer.asIntBuffer().put((int[]) tensor.array(), from, part);
      case I64 -> buffer.asLongBuffer().put((long[]) tensor.array(), from, part);
      case BF16 -> buffer.asShortBuffer().put((short[]) tensor.array(), from, part);
      case BOOL, I8 -> buffer.put(0, (byte[]) tensor.array(), from, part);
    }
  }
}
