package dev.bramante.graph;

/** What a trace is for. Layers that differ between the two ask their trace. */
public enum Mode {
  /** Dropout drops, batch statistics are taken from the batch. */
  TRAINING,
  /** Every result depends on its own input alone. */
  EVALUATION
}
