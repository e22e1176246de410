package dev.bramante.plan;

import dev.bramante.graph.Graph;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A graph ready to run.
 *
 * @param graph what the plan computes
 * @param inputs where the arguments go, in the graph's order
 * @param prologue steps that depend on variables and constants alone, and on no variable that the
 *     graph changes: run once, and again after a variable was written from outside. What one
 *     computes as the weight of convolutions must be packed before the next, and may then be
 *     overwritten
 * @param steps what each run does, in order
 * @param outputs where the results are afterwards
 * @param sizes the sizes of the arenas
 */
public record Plan(
    Graph graph,
    List<Buffer> inputs,
    List<Step> prologue,
    List<Step> steps,
    List<Buffer> outputs,
    Sizes sizes) {
  /**
   * The sizes of the arenas, in elements.
   *
   * @param floats of intermediates in floats
   * @param ints of intermediates in ints
   * @param keptFloats of what the prologue computes for all runs, in floats
   * @param keptInts the same in ints
   */
  public record Sizes(int floats, int ints, int keptFloats, int keptInts) {
    long bytes() {
      return Integer.BYTES * LongStream.of(floats, ints, keptFloats, keptInts).sum();
    }
  }

  /** Copies the lists. */
  public Plan {
    inputs = List.copyOf(inputs);
    prologue = List.copyOf(prologue);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
  }

  /** Memory for intermediates, in bytes; variables and constants come on top. */
  public long arenaBytes() {
    return sizes.bytes();
  }

  /** The work of one run. */
  public Cost cost() {
    return steps.stream().map(Step::cost).reduce(new Cost(0, 0), Cost::plus);
  }

  /** One step a line. */
  @Override
  public String toString() {
    return "arena %,d floats, %,d ints%n".formatted(sizes.floats(), sizes.ints())
        + lines("once: ", prologue)
        + lines("", steps)
        + outputs.stream().map(Buffer::toString).collect(Collectors.joining(", ", "return ", "\n"));
  }

  private static String lines(String prefix, List<Step> steps) {
    return steps.stream().map(step -> prefix + line(step)).collect(Collectors.joining());
  }

  private static String line(Step step) {
    String path = step.path().isEmpty() ? "" : "  # " + step.path();
    return "%s = %s(%s)%s%n"
        .formatted(list(step.outputs()), step.label(), list(step.inputs()), path);
  }

  private static String list(List<Buffer> buffers) {
    return buffers.stream().map(Buffer::toString).collect(Collectors.joining(", "));
  }
}
