package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;

/** Images as bytes, which take a quarter of the room of floats. */
record ByteImages(Shape inputShape, byte[] pixels, byte[] targets, List<String> classes)
    implements Dataset {
  private static final float[] BRIGHTNESS = brightness();

  private static float[] brightness() {
    var values = new float[256];
    for (int i = 0; i < 256; i++) {
      values[i] = i / 255f;
    }
    return values;
  }

  @Override
  public int size() {
    return targets.length;
  }

  @Override
  public void input(int index, float[] into, int offset) {
    int size = inputShape.size();
    int start = index * size;
    for (int i = 0; i < size; i++) {
      into[offset + i] = BRIGHTNESS[pixels[start + i] & 0xFF];
    }
  }

  @Override
  public int target(int index) {
    return Byte.toUnsignedInt(targets[index]);
  }
}
