package dev.bramante.graph;

/** What a reduction does with the elements along the reduced axes. */
public enum ReduceKind {
  /** Adds them. */
  SUM,
  /** Takes the largest. */
  MAX
}
