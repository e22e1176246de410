package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;

/**
 * The numbers that are to be predicted, as if they were the inputs: what measures inputs measures
 * them too.
 *
 * @param samples the data set that has them
 */
record ValuesView(Dataset samples) implements Dataset {
  @Override
  public int size() {
    return samples.size();
  }

  @Override
  public Shape inputShape() {
    return Shape.of(samples.values());
  }

  @Override
  public List<String> classes() {
    return samples.classes();
  }

  @Override
  public void input(int index, float[] into, int offset) {
    samples.values(index, into, offset);
  }

  @Override
  public int target(int index) {
    return samples.target(index);
  }
}
