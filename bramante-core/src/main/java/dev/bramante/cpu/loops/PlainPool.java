package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Pooling.Kind;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import java.util.Arrays;

/**
 * Pooling with windows too large for a slot per tap: plain loops, operands as for {@link PoolLoop}.
 */
final class PlainPool implements Loop, WorkerPool.Task {
  private final WorkerPool pool;
  private final Kind kind;
  private final Window window;
  private final Shape x;
  private final int outHeight;
  private final int outWidth;
  private final boolean overwrites;
  private Object[] arrays = {};
  private int[] offsets = {};

  PlainPool(Kind kind, Window window, Shape x, WorkerPool pool) {
    this.kind = kind;
    this.window = window;
    this.x = x;
    this.pool = pool;
    outHeight = window.outH(x.dim(1));
    outWidth = window.outW(x.dim(2));
    overwrites = kind == Kind.MAX_GRAD && window.tiles(x.dim(1), x.dim(2));
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    this.arrays = arrays.clone();
    this.offsets = offsets.clone();
  }

  @Override
  public void run() {
    pool.run(this, x.dim(0));
  }

  @Override
  public void run(int image, int worker) {
    if (kind.isGradient() && !overwrites) {
      int start = offsets[offsets.length - 1] + image * imageSize();
      Arrays.fill(floats(arrays.length - 1), start, start + imageSize(), 0);
    }
    for (int row = 0; row < outHeight; row++) {
      for (int col = 0; col < outWidth; col++) {
        for (int channel = 0; channel < x.dim(3); channel++) {
          int out = ((image * outHeight + row) * outWidth + col) * x.dim(3) + channel;
          element(image * imageSize() + channel, row, col, out);
        }
      }
    }
  }

  private int imageSize() {
    return x.size(1, 4);
  }

  private float[] floats(int operand) {
    return (float[]) arrays[operand];
  }

  private void element(int image, int row, int col, int out) {
    switch (kind) {
      case MAX -> {
        int winner = winner(image, row, col);
        float value = winner < 0 ? Float.NEGATIVE_INFINITY : floats(0)[offsets[0] + winner];
        floats(1)[offsets[1] + out] = value;
      }
      case MAX_GRAD -> {
        int winner = winner(image, row, col);
        if (overwrites) {
          overwrite(image, row, col);
        }
        if (winner >= 0) {
          floats(3)[offsets[3] + winner] += floats(2)[offsets[2] + out];
        }
      }
      case AVERAGE -> floats(1)[offsets[1] + out] = sum(image, row, col) / taps();
      case AVERAGE_GRAD -> give(image, row, col, floats(0)[offsets[0] + out] / taps());
    }
  }

  private int taps() {
    return window.kernelH() * window.kernelW();
  }

  /** The element of x at a tap, or −1 in the padding. */
  private int at(int image, int row, int col, int tap) {
    int y = row * window.strideH() - window.padH() + tap / window.kernelW() * window.dilationH();
    int left = col * window.strideW() - window.padW();
    int across = left + tap % window.kernelW() * window.dilationW();
    boolean inside = y >= 0 && y < x.dim(1) && across >= 0 && across < x.dim(2);
    return inside ? image + (y * x.dim(2) + across) * x.dim(3) : -1;
  }

  private int winner(int image, int row, int col) {
    int best = -1;
    for (int tap = 0; tap < taps(); tap++) {
      int at = at(image, row, col, tap);
      if (at >= 0 && (best < 0 || floats(0)[offsets[0] + at] > floats(0)[offsets[0] + best])) {
        best = at;
      }
    }
    return best;
  }

  private float sum(int image, int row, int col) {
    float sum = 0;
    for (int tap = 0; tap < taps(); tap++) {
      int at = at(image, row, col, tap);
      sum += at >= 0 ? floats(0)[offsets[0] + at] : 0;
    }
    return sum;
  }

  /** Zeroes a window, whose elements in x may be the same. */
  private void overwrite(int image, int row, int col) {
    for (int tap = 0; tap < taps(); tap++) {
      floats(3)[offsets[3] + at(image, row, col, tap)] = 0;
    }
  }

  private void give(int image, int row, int col, float value) {
    for (int tap = 0; tap < taps(); tap++) {
      int at = at(image, row, col, tap);
      if (at >= 0) {
        floats(1)[offsets[1] + at] += value;
      }
    }
  }
}
