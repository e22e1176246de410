package dev.bramante.cpu.loops;

import dev.bramante.graph.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines of output pixels of a sliding window, cut into segments whose windows have the same
 * taps inside the image.
 */
final class PoolLines {
  /**
   * Output columns from {@code first} on whose windows have taps {@code top..bottom} × {@code
   * left..right} (ends exclusive) inside the image.
   */
  record Segment(int row, int first, int count, int top, int bottom, int left, int right) {
    int taps() {
      return (bottom - top) * (right - left);
    }

    private boolean continues(int leftTap, int rightTap) {
      return left == leftTap && right == rightTap;
    }

    private Segment longer() {
      return new Segment(row, first, count + 1, top, bottom, left, right);
    }
  }

  private final Window window;
  private final int height;
  private final int width;

  PoolLines(Window window, int height, int width) {
    this.window = window;
    this.height = height;
    this.width = width;
  }

  /** The segments of output line {@code row}. */
  List<Segment> line(int row) {
    int y = row * window.strideH() - window.padH();
    int top = firstInside(y, window.dilationH());
    int bottom = Math.max(top, endInside(y, window.dilationH(), window.kernelH(), height));
    var segments = new ArrayList<Segment>();
    for (int col = 0; col < window.outW(width); col++) {
      int x = col * window.strideW() - window.padW();
      int left = firstInside(x, window.dilationW());
      int right = Math.max(left, endInside(x, window.dilationW(), window.kernelW(), width));
      if (!segments.isEmpty() && segments.getLast().continues(left, right)) {
        segments.set(segments.size() - 1, segments.getLast().longer());
      } else {
        segments.add(new Segment(row, col, 1, top, bottom, left, right));
      }
    }
    return segments;
  }

  private static int firstInside(int start, int dilation) {
    return start >= 0 ? 0 : Part.ceil(-start, dilation);
  }

  private static int endInside(int start, int dilation, int kernel, int size) {
    return Math.clamp(Math.floorDiv(size - 1 - start, dilation) + 1, 0, kernel);
  }

  /** The pixel of the image, row-major, at a tap of the segment's first window. */
  int pixel(Segment segment, int tap) {
    int across = segment.right() - segment.left();
    int i = segment.top() + tap / across;
    int j = segment.left() + tap % across;
    int y = segment.row() * window.strideH() - window.padH() + i * window.dilationH();
    int x = segment.first() * window.strideW() - window.padW() + j * window.dilationW();
    return y * width + x;
  }

  /** Whether no pixel belongs to two windows. */
  boolean apart() {
    return window.spanH() <= window.strideH() && window.spanW() <= window.strideW();
  }

  /** Whether each pixel belongs to a window. */
  boolean covered() {
    return window.dilationH() == 1
        && window.dilationW() == 1
        && window.kernelH() >= window.strideH()
        && window.kernelW() >= window.strideW()
        && reaches(height, window.outH(height), window.strideH(), window.kernelH(), window.padH())
        && reaches(width, window.outW(width), window.strideW(), window.kernelW(), window.padW());
  }

  private static boolean reaches(int size, int out, int stride, int kernel, int pad) {
    return (out - 1) * stride + kernel - pad >= size;
  }
}
