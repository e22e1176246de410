package dev.bramante.data.image;

import dev.bramante.data.Normalization;

/** What pictures go through on their way into a network. */
public final class Transforms {
  /** From this side on, the margin of a photograph is cut off, as ImageNet's networks expect. */
  private static final int MARGIN_FROM = 96;

  /** The share of the hue's range in that of the others. */
  private static final double HUE = 0.25;

  private Transforms() {}

  /** Mean and deviation of ImageNet's pixels, which pretrained networks expect. */
  public static Normalization imagenet() {
    return new Normalization(
        new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});
  }

  /** The normalisation of pictures in colour (3 channels) or by brightness alone (1). */
  static Normalization normalization(int channels) {
    return channels == 1
        ? new Normalization(new float[] {0.449f}, new float[] {0.226f})
        : imagenet();
  }

  /**
   * For looking at a picture as it is: scaled and cut to a square of the middle. Large squares are
   * 7/8 of the shorter side, as in torchvision (224 of 256); small ones the whole of it.
   *
   * @param size the side of the square
   */
  public static ImageTransform eval(int size) {
    int shorter = size < MARGIN_FROM ? size : (int) Math.round(size * 8.0 / 7);
    return new ResizeShorter(shorter, Resampling.BILINEAR).then(new CenterCrop(size));
  }

  /**
   * For training.
   *
   * @param size the side of the square
   * @param smallest the smallest share of the picture that a random crop takes; 0 for no crops
   * @param jitter the range of brightness, contrast and saturation; 0 for none
   */
  public static ImageTransform train(int size, double smallest, double jitter) {
    ImageTransform square =
        smallest == 0 ? eval(size) : new RandomResizedCrop(size, smallest, Resampling.BILINEAR);
    return jitter == 0
        ? square
        : square.then(new ColorJitter(jitter, jitter, jitter, Math.min(0.5, jitter * HUE)));
  }
}
