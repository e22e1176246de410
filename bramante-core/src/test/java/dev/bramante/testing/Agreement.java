package dev.bramante.testing;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Variable;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Compares results with those of the reference evaluator. */
public final class Agreement {
  private Agreement() {}

  /** What a random case's graph gives must be what its rewritten form gives. */
  public static void check(FuzzCase c, Graph rewritten) {
    Reference.Result expected = Reference.run(c.graph(), c.inputs(), c.variables());
    Reference.Result actual = Reference.run(rewritten, c.inputs(), c.variables());
    check(expected.outputs(), actual.outputs(), c.tolerances());
    double last = c.tolerances().getLast();
    requireEqual("assigned variables", expected.assigned().keySet(), actual.assigned().keySet());
    expected
        .assigned()
        .forEach((variable, value) ->
            check(variable.name(), value, actual.assigned().get(variable), last));
  }

  /** What a random case's graph gives must be what was computed by other means. */
  public static void check(FuzzCase c, List<Tensor> outputs, Map<Variable, Tensor> assigned) {
    Reference.Result expected = Reference.run(c.graph(), c.inputs(), c.variables());
    check(expected.outputs(), outputs.stream().map(Array::of).toList(), c.tolerances());
    double last = c.tolerances().getLast();
    expected
        .assigned()
        .forEach((variable, value) ->
            check(variable.name(), value, Array.of(assigned.get(variable)), last));
  }

  private static void check(List<Array> expected, List<Array> actual, List<Double> tolerances) {
    requireEqual("number of outputs", expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      check("output " + i, expected.get(i), actual.get(i), tolerances.get(i));
    }
  }

  /**
   * The arrays must have one type, and no two elements may differ by more than the tolerance.
   *
   * @param what names the value in the message
   */
  public static void check(String what, Array expected, Array actual, double tolerance) {
    requireEqual("type of " + what, expected.type(), actual.type());
    for (int i = 0; i < expected.values().length; i++) {
      double difference = Math.abs(expected.at(i) - actual.at(i));
      boolean same = Double.compare(expected.at(i), actual.at(i)) == 0;
      if (!same && !(difference <= tolerance)) {
        throw new AssertionError(
            "%s: element %d of %s is %s, not %s; they differ by %.3g, allowed are %.3g"
                .formatted(
                    what, i, expected.type(), actual.at(i), expected.at(i), difference, tolerance));
      }
    }
  }

  private static void requireEqual(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + " is " + actual + ", not " + expected);
    }
  }
}
