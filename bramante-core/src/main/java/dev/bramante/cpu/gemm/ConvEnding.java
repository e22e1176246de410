package dev.bramante.cpu.gemm;

/**
 * What goes with a convolution.
 *
 * @param bias whether a vector of one value a filter is added
 * @param relu whether negative results become zero
 * @param packedWeights whether the weights are given as {@link ConvForward#packWeights} made them
 */
public record ConvEnding(boolean bias, boolean relu, boolean packedWeights) {
  /** Nothing but the convolution. */
  public static final ConvEnding PLAIN = new ConvEnding(false, false, false);
}
