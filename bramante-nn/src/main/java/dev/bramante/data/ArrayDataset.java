package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;

/** Inputs as floats in one array. */
record ArrayDataset(Shape inputShape, float[] inputs, int[] targets, List<String> classes)
    implements Dataset {
  ArrayDataset {
    classes = List.copyOf(classes);
    long wanted = (long) targets.length * inputShape.size();
    if (inputs.length != wanted) {
      throw new IllegalArgumentException(
          targets.length
              + " targets with inputs of shape "
              + inputShape
              + " need "
              + wanted
              + " values, the array has "
              + inputs.length);
    }
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] < 0 || targets[i] >= classes.size()) {
        throw new IllegalArgumentException(
            "target " + i + " is " + targets[i] + ", there are " + classes.size() + " classes");
      }
    }
  }

  @Override
  public int size() {
    return targets.length;
  }

  @Override
  public void input(int index, float[] into, int offset) {
    System.arraycopy(inputs, index * inputShape.size(), into, offset, inputShape.size());
  }

  @Override
  public int target(int index) {
    return targets[index];
  }
}
