package dev.bramante.cpu.gemm;

/** A way to compute the convolutions of fixed sizes. */
public sealed interface Convolution permits ConvForward, WinogradForward {
  /** Floats of packed weights. */
  int packedSize();

  /** Packs weights for a convolution whose ending says that they are packed. */
  void packWeights(float[] w, int wo, float[] packed, int po);

  /** Convolves; the bias is ignored if the ending has none. */
  void run(float[] x, int xo, float[] w, int wo, float[] bias, int biasOffset, float[] y, int yo);
}
