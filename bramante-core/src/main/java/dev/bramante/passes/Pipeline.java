package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.passes.fusion.Fusion;
import java.util.List;

/**
 * Passes in order.
 *
 * @param passes what runs, first to last
 */
public record Pipeline(List<Pass> passes) {
  /** Sees the graph after each pass. */
  public interface Observer {
    /** Called with the pass and what it made. */
    void after(Pass pass, Graph graph);
  }

  /** Copies the list. */
  public Pipeline {
    passes = List.copyOf(passes);
  }

  /** What makes a traced graph ready for the planner. */
  public static Pipeline standard() {
    return new Pipeline(
        List.of(
            new DeadCode(),
            new Simplify(),
            new FoldConstants(),
            new JoinPads(),
            new CommonSubexpressions(),
            new Layout(),
            new MaskBeforePoolGradient(),
            new SplitSums(),
            new FoldScales(),
            new Simplify(),
            new CommonSubexpressions(),
            new Moments(),
            new ReluBeforePool(),
            new SparsePoolGradients(),
            new JoinAttention(),
            new AddRows(),
            new Fusion(),
            new JoinUnpack(),
            new Schedule()));
  }

  /** Runs all passes. */
  public Graph run(Graph graph) {
    return run(graph, (_, _) -> {});
  }

  /** Runs all passes and shows what each made. */
  public Graph run(Graph graph, Observer observer) {
    Graph current = graph;
    for (Pass pass : passes) {
      current = pass.apply(current);
      observer.after(pass, current);
    }
    return current;
  }
}
