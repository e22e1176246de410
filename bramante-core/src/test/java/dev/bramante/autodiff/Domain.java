package dev.bramante.autodiff;

import dev.bramante.graph.Type;
import dev.bramante.reference.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;

/** Where the operands of a gradient check are drawn from, so that it keeps clear of kinks. */
enum Domain {
  /** Between −1.5 and 1.5. */
  ANY,
  /** Between 0.5 and 2. */
  POSITIVE,
  /** Of either sign, at least 0.3 from 0. */
  NONZERO,
  /** No two elements nearer than 0.05. */
  DISTINCT,
  /** Integers from 0 to 2. */
  INDEX;

  Array draw(Type type, Random random) {
    double[] values = new double[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (this) {
            case ANY -> random.nextDouble(-1.5, 1.5);
            case POSITIVE -> random.nextDouble(0.5, 2);
            case NONZERO -> random.nextDouble(0.3, 1.5) * (random.nextBoolean() ? 1 : -1);
            case DISTINCT -> 0;
            case INDEX -> random.nextInt(3);
          };
    }
    if (this == DISTINCT) {
      fillDistinct(values, random);
    }
    return new Array(type, values);
  }

  private static void fillDistinct(double[] values, Random random) {
    var steps = new ArrayList<Integer>();
    for (int i = 0; i < values.length; i++) {
      steps.add(i);
    }
    Collections.shuffle(steps, random);
    for (int i = 0; i < values.length; i++) {
      values[i] = (steps.get(i) - values.length / 2) * 0.1 + random.nextDouble(0.05);
    }
  }
}
