package dev.bramante.cpu;

import dev.bramante.backend.Executable;
import dev.bramante.backend.Footprint;
import dev.bramante.backend.Profile;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.plan.Buffer;
import dev.bramante.plan.Plan;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** A plan as an array of bound kernels. */
final class CpuExecutable implements Executable {
  private final Plan plan;
  private final CpuBackend backend;
  private final CpuVariables variables;
  private final CpuMemory memory;
  private final Optional<CpuArena> own;
  private final Operand[] inputs;
  private final Operand[] outputs;
  private final Kernel[] steps;
  private final Preparation preparation;
  private final boolean assigns;
  private long seen;
  private Profile profile;

  CpuExecutable(
      Plan plan, CpuBackend backend, CpuMemory memory, List<Kernel> prologue, List<Kernel> steps) {
    this.plan = plan;
    this.backend = backend;
    this.variables = backend.variables();
    this.memory = memory;
    this.own = memory.isSmall() ? Optional.of(new CpuArena()) : Optional.empty();
    this.inputs = plan.inputs().stream().map(memory::operand).toArray(Operand[]::new);
    this.outputs = plan.outputs().stream().map(memory::operand).toArray(Operand[]::new);
    this.steps = steps.toArray(Kernel[]::new);
    this.preparation = new Preparation(plan, memory, prologue.toArray(Kernel[]::new), this.steps);
    this.assigns = !plan.graph().assigns().isEmpty();
  }

  @Override
  public List<Tensor> run(Tensor... arguments) {
    Tensor[] results =
        plan.outputs().stream()
            .map(buffer -> Tensor.zeros(buffer.type().dtype(), buffer.type().shape()))
            .toArray(Tensor[]::new);
    run(arguments, results);
    return List.of(results);
  }

  @Override
  public void run(Tensor[] arguments, Tensor[] results) {
    check(arguments, plan.inputs(), "input");
    check(results, plan.outputs(), "output");
    if (own.isPresent()) {
      run(own.get(), arguments, results);
      return;
    }
    CpuArena arena = backend.arenas().take();
    try {
      run(arena, arguments, results);
    } finally {
      backend.arenas().give(arena);
    }
  }

  private void run(CpuArena arena, Tensor[] arguments, Tensor[] results) {
    long version = variables.version();
    boolean stale = memory.enter(arena, seen != version);
    if (stale) {
      seen = 0; // until the prologue has run: what it gives may be lost if this run fails before
    }
    if (stale) {
      preparation.run();
      seen = version;
    }
    for (int i = 0; i < arguments.length; i++) {
      Transfer.write(arguments[i], inputs[i]);
    }
    boolean done = false;
    try {
      runSteps();
      done = true;
    } finally {
      // A step that fails may have changed variables already: then all have to look again.
      if (assigns && variables.changed() == version + 1 && done) {
        seen = version + 1; // the prologue does not depend on what this plan changes
      }
    }
    for (int i = 0; i < results.length; i++) {
      Transfer.read(outputs[i], results[i]);
    }
  }

  private void runSteps() {
    if (profile != null) {
      runMeasured(profile);
      return;
    }
    for (Kernel step : steps) {
      step.run();
    }
  }

  private void runMeasured(Profile figures) {
    long before = System.nanoTime();
    for (int i = 0; i < steps.length; i++) {
      steps[i].run();
      long now = System.nanoTime();
      figures.add(i, now - before);
      before = now;
    }
    figures.endRun();
  }

  private void check(Tensor[] tensors, List<Buffer> buffers, String what) {
    if (tensors.length != buffers.size()) {
      throw new IllegalArgumentException(
          "the graph has %d %ss, but %d were given"
              .formatted(buffers.size(), what, tensors.length));
    }
    for (int i = 0; i < tensors.length; i++) {
      var type = buffers.get(i).type();
      Tensor tensor = tensors[i];
      if (tensor.dtype() != type.dtype() || !tensor.shape().equals(type.shape())) {
        throw new IllegalArgumentException(
            "%s %d%s is %s, but the graph was compiled for %s"
                .formatted(what, i, what.equals("input") ? name(i) : "", tensor, type));
      }
    }
  }

  private String name(int input) {
    Node node = plan.graph().inputs().get(input);
    return node.op() instanceof Op.Input(var name, _) ? " (" + name + ")" : "";
  }

  @Override
  public Plan plan() {
    return plan;
  }

  @Override
  public Footprint footprint() {
    return memory.footprint();
  }

  @Override
  public Profile profile() {
    profile = new Profile(plan, backend.peaks());
    return profile;
  }
}
