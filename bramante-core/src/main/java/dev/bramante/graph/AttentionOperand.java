package dev.bramante.graph;

/** An operand of an attention that has a gradient, by its position. */
public enum AttentionOperand {
  /** What asks. */
  QUERIES,
  /** What is asked. */
  KEYS,
  /** What is answered. */
  VALUES
}
