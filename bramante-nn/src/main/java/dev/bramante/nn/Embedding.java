package dev.bramante.nn;

import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;

/**
 * A vector for each of a number of things, from integers […] to [… , width] (section 4.9).
 *
 * @param weight [entries, width]
 */
public record Embedding(Parameter weight) implements Layer {
  /** With vectors initialised by a rule. */
  public Embedding(int entries, int width, Initializer initializer) {
    this(
        new Parameter(
            Shape.of(Checks.positive("entries", entries), Checks.positive("width", width)),
            initializer));
  }

  /** The number of vectors. */
  public int entries() {
    return weight.shape().dim(0);
  }

  /** The size of each. */
  public int width() {
    return weight.shape().dim(1);
  }

  @Override
  public Value forward(Value ids) {
    ids.in(this);
    return weight.in(ids).gather(ids);
  }

  /** The first vectors [n, width], of positions 0 to n − 1, in the trace of {@code x}. */
  public Value first(int n, Value x) {
    x.in(this);
    Checks.require(
        n <= entries(), x, "a sequence of %d is longer than the %d positions", n, entries());
    return weight.in(x).slice(0, 0, n);
  }

  /** The products of vectors […, width] with each entry, […, entries]: a read-out that is tied. */
  public Value readout(Value x) {
    x.in(this);
    Value y = x.reshape(-1, width()).matmul(weight.in(x), false, true);
    return y.reshape(x.shape().with(-1, entries()).dims());
  }
}
