package dev.bramante.graph;

import dev.bramante.tensor.Shape;
import java.util.Arrays;

/** NumPy's rules for shapes that meet. */
final class Broadcasting {
  private Broadcasting() {}

  /** The shape to which both are repeated. */
  static Shape common(String operation, Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int da = i <= a.rank() ? a.dim(-i) : 1;
      int db = i <= b.rank() ? b.dim(-i) : 1;
      if (da != db && da != 1 && db != 1) {
        throw new ShapeException(
            "%s of %s and %s: sizes %d and %d of axis %d don't broadcast"
                .formatted(operation, a, b, da, db, -i));
      }
      dims[rank - i] = da == 1 ? db : da;
    }
    return Shape.of(dims);
  }

  /** The sizes with a −1 among them worked out. */
  static Shape complete(Shape from, int[] dims) {
    int[] sizes = dims.clone();
    int known = 1;
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else {
        known *= sizes[i];
      }
    }
    if (open >= 0) {
      if (known == 0 || from.size() % known != 0) {
        throw new ShapeException("cannot reshape " + from + " to " + Arrays.toString(dims));
      }
      sizes[open] = from.size() / known;
    }
    return Shape.of(sizes);
  }
}
