package dev.bramante.cpu.loops;

/** Scratch memory: a float and an int array for each worker. */
final class Memory {
  private final float[][] floats;
  private final int[][] ints;

  Memory(int workers, int floatLength, int intLength) {
    floats = new float[workers][floatLength];
    ints = new int[workers][intLength];
  }

  Object array(int worker, boolean ofInts) {
    return ofInts ? ints[worker] : floats[worker];
  }
}
