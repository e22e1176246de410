package dev.bramante.cpu;

import dev.bramante.cpu.gemm.Workspace;

/**
 * Memory in which executables work by turns: the intermediates of whoever runs, and the scratch
 * memory of its kernels. It grows to what the largest of them needs.
 */
final class CpuArena {
  /** From so many floats on, 64 MB, a collection before is cheap. */
  private static final int LARGE = 1 << 24;

  private final Workspace.Store scratch = new Workspace.Store();
  private final Workspace.Store unpacked = new Workspace.Store();
  private float[] floats = {};
  private int[] ints = {};
  private Object user = this;

  /** At least so many floats, whatever they are. */
  float[] floats(int size) {
    if (floats.length < size) {
      floats = new float[0]; // so that the old and the new need not be there at once
      if (size >= LARGE) {
        System.gc(); // nor what loading and compiling have left, for which heaps would rather grow
      }
      floats = new float[size];
    }
    return floats;
  }

  /** At least so many ints, whatever they are. */
  int[] ints(int size) {
    if (ints.length < size) {
      ints = new int[0];
      ints = new int[size];
    }
    return ints;
  }

  /** Floats that there are. */
  int capacity() {
    return floats.length;
  }

  /** Bytes of all that there is. */
  long bytes() {
    return (long) Float.BYTES * floats.length
        + (long) Integer.BYTES * ints.length
        + scratch.bytes()
        + unpacked.bytes();
  }

  /** The arrays of scratch memory. */
  Workspace.Store scratch() {
    return scratch;
  }

  /** The arrays for compact weights as floats. */
  Workspace.Store unpacked() {
    return unpacked;
  }

  /** Says who works here now; gives whether it was the last to do so. */
  boolean enter(Object next) {
    boolean same = user == next;
    user = next;
    return same;
  }
}
