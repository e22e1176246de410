package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Some samples of another data set. */
record Subset(Dataset whole, int[] indices) implements Dataset {
  Subset {
    indices = indices.clone();
    for (int index : indices) {
      Objects.checkIndex(index, whole.size());
    }
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Shape inputShape() {
    return whole.inputShape();
  }

  @Override
  public List<String> classes() {
    return whole.classes();
  }

  @Override
  public void input(int index, float[] into, int offset) {
    whole.input(indices[index], into, offset);
  }

  @Override
  public int target(int index) {
    return whole.target(indices[index]);
  }

  @Override
  public int sample(int index, float[] into, int offset, SampleRandom random) {
    return whole.sample(indices[index], into, offset, random);
  }

  @Override
  public int values() {
    return whole.values();
  }

  @Override
  public void values(int index, float[] into, int offset) {
    whole.values(indices[index], into, offset);
  }

  @Override
  public Optional<Normalization> normalization() {
    return whole.normalization();
  }

  @Override
  public boolean costly() {
    return whole.costly();
  }
}
