package dev.bramante.nn;

import dev.bramante.graph.Value;

/**
 * A part of a network whose activations training computes again for the gradients instead of
 * keeping them (gradient checkpointing, Chen et al. 2016): less memory for about a third more work.
 * Results and gradients are the same.
 */
public record Recomputed(@Named("") Layer part) implements Layer {
  @Override
  public Value forward(Value x) {
    return x.trace().recomputed(() -> part.forward(x));
  }
}
