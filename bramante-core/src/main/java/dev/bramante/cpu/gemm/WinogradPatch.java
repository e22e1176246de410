package dev.bramante.cpu.gemm;

import java.util.Arrays;

/**
 * Transforms squares of images with all their channels to the points of a tile. A square that
 * stands over the edge of its image, or is not followed by the slack that whole vectors need, is
 * copied into a frame of zeros first.
 *
 * @param transform what is done to a square
 * @param side pixels of a square in each dimension
 * @param height rows of an image
 * @param width columns of an image
 * @param channels channels of an image
 * @param lanes floats in a vector
 */
record WinogradPatch(
    Transform transform, int side, int height, int width, int channels, int lanes) {

  /** Floats of the frame. */
  int scratch() {
    return side * side * channels + lanes;
  }

  private int vectors() {
    return Split.units(channels, lanes);
  }

  /**
   * Transforms one square.
   *
   * @param row first row of the square, may be outside of the image
   * @param column first column
   * @param images the images
   * @param image offset of the image
   * @param points where to, the channels of each point at a distance of {@code plane}
   */
  void run(
      int row,
      int column,
      float[] images,
      int image,
      float[] points,
      int at,
      int plane,
      float[] scratch,
      int so) {
    boolean inside = row >= 0 && column >= 0 && row + side <= height && column + side <= width;
    int from = image + (row * width + column) * channels;
    int end = from + ((side - 1) * width + side - 1) * channels + vectors() * lanes;
    if (inside && end <= images.length) {
      map(images, from, width * channels, points, at, plane);
    } else {
      copy(row, column, images, image, scratch, so);
      map(scratch, so, side * channels, points, at, plane);
    }
  }

  private void map(float[] from, int fo, int rowDistance, float[] points, int at, int plane) {
    int next = WinogradForm.POINTS * plane;
    transform.run(vectors(), from, fo, rowDistance, channels, points, at, next, plane, from, 0);
  }

  private void copy(int row, int column, float[] images, int image, float[] scratch, int so) {
    int length = side * channels;
    int left = Math.max(0, -column) * channels;
    int right = Math.max(left, Math.min(side, width - column) * channels);
    for (int i = 0; i < side; i++) {
      int at = so + i * length;
      if (row + i < 0 || row + i >= height) {
        Arrays.fill(scratch, at, at + length, 0f);
        continue;
      }
      int from = image + ((row + i) * width + column) * channels;
      Arrays.fill(scratch, at, at + left, 0f);
      System.arraycopy(images, from + left, scratch, at + left, right - left);
      Arrays.fill(scratch, at + right, at + length, 0f);
    }
  }
}
