package dev.bramante.engine;

import dev.bramante.backend.Backend;
import dev.bramante.backend.BackendProvider;
import dev.bramante.backend.Executable;
import dev.bramante.backend.Footprint;
import dev.bramante.backend.Variables;
import dev.bramante.graph.Graph;
import dev.bramante.passes.Pipeline;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Planner;
import java.util.List;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;

/**
 * Compiles graphs and holds what their variables hold.
 *
 * <pre>
 * Graph → passes → Graph → planner → Plan → backend → Executable
 * </pre>
 *
 * <p>An engine needs no closing: its threads are daemons and its memory is the heap's.
 */
public final class Engine {
  private final Backend backend;

  /**
   * An engine with its own variables.
   *
   * @throws IllegalArgumentException if there is no such backend
   */
  public Engine(EngineOptions options) {
    this.backend =
        provider(options.backend())
            .create(options.threads(), options.vectorBits(), options.winograd());
  }

  /** An engine on all cores of the CPU. */
  public Engine() {
    this(EngineOptions.defaults());
  }

  /** What variables hold. */
  public Variables variables() {
    return backend.variables();
  }

  /** The machine that executes. */
  public Backend backend() {
    return backend;
  }

  /**
   * Makes a graph executable.
   *
   * @throws dev.bramante.backend.MemoryException if it cannot fit into memory
   */
  public Executable compile(Graph graph) {
    return backend.load(plan(graph));
  }

  /** The memory that a graph would need; nothing of it is reserved. */
  public Footprint footprint(Graph graph) {
    return backend.footprint(plan(graph));
  }

  /** The plan that {@link #compile} executes. */
  public Plan plan(Graph graph) {
    return plan(graph, (_, _) -> {});
  }

  /** The same, while somebody sees the graph after each pass. */
  public Plan plan(Graph graph, Pipeline.Observer observer) {
    return Planner.plan(Pipeline.standard().run(graph, observer));
  }

  private static BackendProvider provider(String name) {
    List<BackendProvider> all =
        ServiceLoader.load(BackendProvider.class).stream().map(Provider::get).toList();
    return all.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no backend "
                    + name
                    + "; there is "
                    + String.join(", ", all.stream().map(BackendProvider::name).toList())));
  }
}
