package dev.bramante.plan;

import dev.bramante.graph.Type;

/** A range of memory while a plan is being made: where it lies and when it is in use. */
final class Storage {
  /** Elements. */
  final int size;

  /** What holds them. */
  Memory memory;

  /** The range that this one lies in, if it was placed. */
  private Storage within;

  private int offset;

  /** The first and last node, by position, that touch the range. */
  int first;

  int last;

  Storage(int size, Memory memory, int first) {
    this.size = size;
    this.memory = memory;
    this.first = first;
    this.last = first;
  }

  /** A storage for a computed value. */
  static Storage computed(Type type, int first) {
    return new Storage(type.shape().size(), Memory.arena(type.dtype()), first);
  }

  boolean isArena() {
    return switch (memory) {
      case Memory.Floats(), Memory.Ints(), Memory.KeptFloats(), Memory.KeptInts() -> true;
      case Memory.Held _, Memory.Fixed _ -> false;
    };
  }

  boolean isPlaced() {
    return within != null;
  }

  /** Lets this range lie at an offset within another, which then lives at least as long. */
  void place(Storage other, int at) {
    within = other;
    offset = at;
    for (Storage s = other; s != null; s = s.within) {
      s.first = Math.min(s.first, first);
      s.last = Math.max(s.last, last);
    }
  }

  /** Says that a node touches the range. */
  void use(int at) {
    for (Storage s = this; s != null; s = s.within) {
      s.first = Math.min(s.first, at);
      s.last = Math.max(s.last, at);
    }
  }

  /** The outermost range that this one lies in. */
  Storage root() {
    Storage s = this;
    while (s.within != null) {
      s = s.within;
    }
    return s;
  }

  /** The offset within {@link #root}. */
  int rootOffset() {
    int sum = 0;
    for (Storage s = this; s.within != null; s = s.within) {
      sum += s.offset;
    }
    return sum;
  }
}
