package dev.bramante.cpu.gemm;

/**
 * What attention does to rows of scores between its products. Counts are multiples of the vector's
 * lanes unless said otherwise; rows are padded to that.
 */
interface AttentionRows {
  /** The largest of any number of scores. What follows them in the last vector becomes −∞. */
  float max(float[] s, int at, int count);

  /**
   * Turns scores into exp₂(s · c − m), exactly 0 for a score of −∞.
   *
   * @return their sum
   */
  float exp(float[] s, int at, int count, float c, float m);

  /**
   * Turns scores into probabilities p = exp₂(s · c − m), and what lies in d, the gradient to the
   * probabilities, into that to the scores, p · (d − delta) · scale.
   */
  void gradient(
      float[] s, int at, float[] d, int dt, int count, float c, float m, float delta, float scale);

  /** Turns scores into s · c + mask · factor. */
  void add(float[] s, int at, int count, float c, float[] mask, int mo, float factor);

  /** Turns scores into −∞ where the mask is 0. */
  void hide(float[] s, int at, int count, float[] mask, int mo);

  /**
   * Zeroes elements by chance and multiplies the others by a factor.
   *
   * @param key the key of the random numbers
   * @param index the number of the first element
   * @param threshold the least 24-bit random number of an element that is kept
   */
  void drop(float[] s, int at, int count, int key, int index, int threshold, float factor);

  /** Multiplies any number of elements by a factor. */
  void scale(float[] y, int at, int count, float factor);

  /** The dot product of any number of elements. */
  float dot(float[] a, int ao, float[] b, int bo, int count);
}
