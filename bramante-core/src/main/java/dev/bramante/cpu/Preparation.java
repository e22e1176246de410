package dev.bramante.cpu;

import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.graph.Variable;
import dev.bramante.plan.Buffer;
import dev.bramante.plan.Memory;
import dev.bramante.plan.Plan;
import dev.bramante.plan.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What precedes the first step of an executable, and any step after a variable was written: the
 * plan's prologue, and the packing of weights, in turns that say which variables they read.
 */
final class Preparation {
  private final CpuMemory memory;
  private final List<Turn> turns = new ArrayList<>();

  /** What is done at once, and the variables that have to be there meanwhile. */
  private record Turn(Set<Variable> reads, Runnable work) {}

  Preparation(Plan plan, CpuMemory memory, Kernel[] prologue, Kernel[] steps) {
    this.memory = memory;
    var order = new PackingOrder(plan);
    for (int i = 0; i < prologue.length; i++) {
      Kernel kernel = prologue[i];
      List<Integer> packing = order.after(i);
      var reads = variables(plan.prologue().get(i).inputs().stream());
      turns.add(
          new Turn(
              reads,
              () -> {
                kernel.prepare();
                kernel.run();
                packing.forEach(step -> steps[step].prepare());
              }));
    }
    for (int step : order.atTheEnd()) {
      packed(plan.steps().get(step), steps[step])
          .ifPresent(
              right -> turns.add(new Turn(variables(Stream.of(right)), steps[step]::prepare)));
    }
    memory.setEarly(early(plan, steps), longer(), end(plan));
  }

  /** What a step's kernel packs, where it does. */
  private static Optional<Buffer> packed(Step step, Kernel kernel) {
    return kernel.packs() && step instanceof Step.Compute(var node, var inputs, _)
        ? Optional.of(inputs.get(PackingOrder.rightIndex(node)))
        : Optional.empty();
  }

  private static Set<Variable> variables(Stream<Buffer> buffers) {
    var variables = new HashSet<Variable>();
    buffers.forEach(buffer -> {
      if (buffer.memory() instanceof Memory.Held(var variable)) {
        variables.add(variable);
      }
    });
    return variables;
  }

  /** Variables that nothing reads or writes in a run. */
  private static Set<Variable> early(Plan plan, Kernel[] steps) {
    var early = read(plan);
    var lasting = new HashSet<>(variables(plan.outputs().stream()));
    plan.graph().assigns().forEach(assign -> lasting.add(assign.variable()));
    for (int i = 0; i < steps.length; i++) {
      Step step = plan.steps().get(i);
      var inputs = new ArrayList<>(step.inputs());
      if (steps[i].packs() && step instanceof Step.Compute(var node, _, _) && packsAlone(node)) {
        inputs.remove(PackingOrder.rightIndex(node));
      }
      lasting.addAll(variables(inputs.stream()));
      lasting.addAll(variables(step.outputs().stream()));
    }
    early.removeAll(lasting);
    return early;
  }

  private static Set<Variable> read(Plan plan) {
    var read = new HashSet<Variable>();
    for (Node node : plan.graph().nodes()) {
      if (node.op() instanceof Op.Read(var variable)) {
        read.add(variable);
      }
    }
    return read;
  }

  /** Whether the right operand of a product or convolution is nothing else in the same step. */
  private static boolean packsAlone(Node node) {
    if (!(node.op() instanceof Op.Fused(var body))) {
      return node.input(0) != node.input(1);
    }
    Node right = body.inputs().get(PackingOrder.rightIndex(node));
    return !body.outputs().contains(right)
        && body.nodes().stream()
            .filter(inner -> inner.inputs().contains(right))
            .allMatch(inner -> Epilogue.isAnchor(inner.op()) && inner.input(0) != right);
  }

  /** Variables of several turns, or of a turn with others, lie beside those that come and go. */
  private Set<Variable> longer() {
    var longer = new HashSet<Variable>();
    var seen = new HashSet<Variable>();
    for (Turn turn : turns) {
      boolean several = turn.reads().size() > 1;
      for (Variable variable : turn.reads()) {
        if (several || !seen.add(variable)) {
          longer.add(variable);
        }
      }
    }
    return longer;
  }

  /** Where the results of the prologue end in the arena. */
  private static int end(Plan plan) {
    return plan.prologue().stream()
        .flatMap(step -> step.outputs().stream())
        .filter(buffer -> buffer.memory() instanceof Memory.Floats)
        .mapToInt(buffer -> buffer.offset() + buffer.type().shape().size() + Operand.SLACK)
        .max()
        .orElse(0);
  }

  /** Does it all. */
  void run() {
    memory.stage();
    try {
      for (Turn turn : turns) {
        memory.load(turn.reads());
        turn.work().run();
      }
    } finally {
      memory.unstage();
    }
  }
}
