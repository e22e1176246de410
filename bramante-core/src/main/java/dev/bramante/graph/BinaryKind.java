package dev.bramante.graph;

/** Functions of two elements of the same type. */
public enum BinaryKind {
  /** a + b. */
  ADD,
  /** a − b. */
  SUB,
  /** a · b. */
  MUL,
  /** a / b. */
  DIV,
  /** The smaller. */
  MIN,
  /** The larger. */
  MAX,
  /** a^b. */
  POW,
  /** a = b, a BOOL. */
  EQ,
  /** a ≠ b, a BOOL. */
  NE,
  /** a &lt; b, a BOOL. */
  LT,
  /** a ≤ b, a BOOL. */
  LE,
  /** a &gt; b, a BOOL. */
  GT,
  /** a ≥ b, a BOOL. */
  GE,
  /** Both of two BOOLs. */
  AND,
  /** Either of two BOOLs. */
  OR;

  /** Whether the result is a BOOL made from two numbers. */
  public boolean isComparison() {
    return switch (this) {
      case EQ, NE, LT, LE, GT, GE -> true;
      case ADD, SUB, MUL, DIV, MIN, MAX, POW, AND, OR -> false;
    };
  }

  /** Whether the operands and the result are BOOLs. */
  public boolean isLogical() {
    return this == AND || this == OR;
  }
}
