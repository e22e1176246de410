package dev.bramante.data;

import dev.bramante.tensor.Shape;
import java.util.List;

/**
 * Rows of numbers, the last of which are to be predicted from the others; none where nobody knows
 * them.
 *
 * @param rows all rows one after the other
 * @param width numbers in a row
 * @param classes the names of the columns that are to be predicted
 */
record ValuesDataset(float[] rows, int width, List<String> classes) implements Dataset {
  ValuesDataset {
    classes = List.copyOf(classes);
  }

  @Override
  public int size() {
    return rows.length / width;
  }

  @Override
  public Shape inputShape() {
    return Shape.of(width - classes.size());
  }

  @Override
  public int values() {
    return classes.size();
  }

  @Override
  public void input(int index, float[] into, int offset) {
    System.arraycopy(rows, index * width, into, offset, width - values());
  }

  @Override
  public void values(int index, float[] into, int offset) {
    System.arraycopy(rows, (index + 1) * width - values(), into, offset, values());
  }

  /** There are no classes; all samples count alike. */
  @Override
  public int target(int index) {
    return 0;
  }
}
