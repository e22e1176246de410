package dev.bramante.plan;

import dev.bramante.graph.Type;

/** Where a value lies: at an offset within a storage. */
record Place(Storage storage, int offset, Type type) {
  /** Whether the value is the whole of its storage. */
  boolean isWhole() {
    return offset == 0 && storage.size == type.shape().size();
  }

  Place as(Type other) {
    return new Place(storage, offset, other);
  }

  Place at(int further, Type other) {
    return new Place(storage, offset + further, other);
  }
}
