package dev.bramante.plan;

import dev.bramante.graph.Type;

/**
 * A place for a value: a memory, an offset in elements, and the type of what is there, row-major
 * without gaps.
 */
public record Buffer(Memory memory, int offset, Type type) {
  /** As {@code f[1024] F32[2, 3]}. */
  @Override
  public String toString() {
    String place =
        switch (memory) {
          case Memory.Floats() -> "f[" + offset + "]";
          case Memory.Ints() -> "i[" + offset + "]";
          case Memory.KeptFloats() -> "kept f[" + offset + "]";
          case Memory.KeptInts() -> "kept i[" + offset + "]";
          case Memory.Held(var variable) -> variable.name() + "[" + offset + "]";
          case Memory.Fixed _ -> "constant";
        };
    return place + " " + type;
  }
}
