package dev.bramante.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Puts the elements of a view one after the other. */
final class Strided {
  private Strided() {}

  /**
   * The view's elements in row-major order: a part of the storage where they lie so, otherwise a
   * copy.
   *
   * @param storage at least as long as the view's storage says
   */
  static MemorySegment elements(MemorySegment storage, TorchValue.View view) {
    long size = view.type().bytes();
    long count = view.shape().size();
    if (count == 0) {
      return MemorySegment.ofArray(new byte[0]);
    }
    if (view.isContiguous()) {
      return storage.asSlice(view.offset() * size, count * size);
    }
    return gathered(storage, view, (int) size);
  }

  private static MemorySegment gathered(MemorySegment storage, TorchValue.View view, int size) {
    // Longs, since an array of bytes ends at 2 GB and a tensor of doubles need not.
    int count = view.shape().size();
    MemorySegment target =
        MemorySegment.ofArray(new long[Math.toIntExact(((long) count * size + 7) / 8)]);
    int[] dims = view.shape().dims();
    long[] strides = view.strides();
    var position = new int[dims.length];
    long from = view.offset();
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          storage,
          ValueLayout.JAVA_BYTE,
          from * size,
          target,
          ValueLayout.JAVA_BYTE,
          (long) i * size,
          size);
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++position[axis] < dims[axis]) {
          break;
        }
        from -= strides[axis] * dims[axis];
        position[axis] = 0;
      }
    }
    return target.asSlice(0, (long) count * size);
  }
}
