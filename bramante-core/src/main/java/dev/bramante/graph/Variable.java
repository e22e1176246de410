package dev.bramante.graph;

/**
 * A value that outlives a step: weights, optimizer moments, running statistics. An identity with a
 * name for people and a type; what it currently holds is kept by a backend.
 */
public final class Variable {
  private final String name;
  private final Type type;

  /** A new variable; another of the same name and type is a different one. */
  public Variable(String name, Type type) {
    this.name = name;
    this.type = type;
  }

  /** The name, for printing only. */
  public String name() {
    return name;
  }

  /** Element type and shape. */
  public Type type() {
    return type;
  }

  /** As {@code conv1.weight: F32[5, 5, 1, 32]}. */
  @Override
  public String toString() {
    return name + ": " + type;
  }
}
