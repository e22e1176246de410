package dev.bramante.cpu.gemm;

import dev.bramante.cpu.pool.WorkerPool;
import java.util.Arrays;

/** Copies a batch of images into a larger frame of zeros. */
final class Halo {
  private final ConvSpec spec;
  private final WorkerPool pool;
  private final WorkerPool.Task task = this::copyRow;
  private float[] x = {};
  private float[] padded = {};
  private int xo;
  private int po;

  Halo(ConvSpec spec, WorkerPool pool) {
    this.spec = spec;
    this.pool = pool;
  }

  /** Floats of the padded batch; 0 if there is nothing to pad. */
  static long size(ConvSpec spec) {
    return spec.isPadded() ? (long) spec.n() * spec.paddedImage() : 0;
  }

  /** Fills the padded batch at {@code po}. */
  void fill(float[] x, int xo, float[] padded, int po) {
    this.x = x;
    this.xo = xo;
    this.padded = padded;
    this.po = po;
    pool.run(task, spec.n() * spec.paddedHeight());
  }

  private void copyRow(int index, int worker) {
    int image = index / spec.paddedHeight();
    int row = index % spec.paddedHeight() - spec.top();
    int length = spec.paddedWidth() * spec.channels();
    int at = po + index * length;
    if (row < 0 || row >= spec.height()) {
      Arrays.fill(padded, at, at + length, 0f);
      return;
    }
    int inner = spec.width() * spec.channels();
    int left = spec.left() * spec.channels();
    Arrays.fill(padded, at, at + left, 0f);
    System.arraycopy(x, xo + (image * spec.height() + row) * inner, padded, at + left, inner);
    Arrays.fill(padded, at + left + inner, at + length, 0f);
  }
}
