package dev.bramante.data.image;

import dev.bramante.data.SampleRandom;

/** Makes a picture of another, before it becomes numbers. Has no state. */
@FunctionalInterface
public interface ImageTransform {
  /**
   * Applies the change.
   *
   * @param random the random numbers of this picture in this epoch
   */
  RgbImage apply(RgbImage image, SampleRandom random);

  /** This change, then another. */
  default ImageTransform then(ImageTransform next) {
    return (image, random) -> next.apply(apply(image, random), random);
  }
}
