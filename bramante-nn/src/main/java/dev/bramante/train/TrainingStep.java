package dev.bramante.train;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.nn.Freezing;
import dev.bramante.nn.Network;
import dev.bramante.nn.Parameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One step of training as one graph: forward pass, loss, gradients, clipping, update, average.
 *
 * <p>With accumulation there are two graphs: {@link #gather} adds a batch's gradient to a buffer,
 * {@link #update} adds the last one and moves the weights.
 */
public final class TrainingStep {
  private final Network network;
  private final List<Type> inputs;
  private final StepOptions options;
  private final Weights weights;
  private final Weights averages;
  private final Weights sums;
  private final Map<String, Weights> state = new LinkedHashMap<>();
  private final boolean counting;

  /**
   * A step for batches whose inputs are of given types.
   *
   * @param weights the layout of the network's parameters
   */
  public TrainingStep(Network network, List<Type> inputs, Weights weights, StepOptions options) {
    this(network, inputs, weights, options, false);
  }

  private TrainingStep(
      Network network, List<Type> inputs, Weights weights, StepOptions options, boolean counting) {
    this.counting = counting;
    this.network = network;
    this.inputs = List.copyOf(inputs);
    this.options = options;
    this.weights = weights;
    this.averages = weights.alike("average");
    this.sums = weights.state("sum");
    for (String name : options.optimizer().state()) {
      state.put(name, weights.state(name));
    }
  }

  /**
   * The step of a job for batches of its largest shape. It counts hits where the targets are
   * classes.
   */
  public static TrainingStep of(TrainJob job) {
    TrainSettings settings = job.settings();
    Parameters parameters = Parameters.of(job.network());
    Set<String> frozen = settings.frozen(parameters);
    Network network =
        Freezing.of(job.network(), parameter -> frozen.contains(parameters.name(parameter)));
    Weights weights = Weights.of(parameters, settings.groups(parameters));
    StepOptions options = settings.options();
    boolean classes = job.task().counts(options.loss());
    return new TrainingStep(network, job.task().shapes().getLast(), weights, options, classes);
  }

  /** The same step, over the same variables, for inputs of other types. */
  TrainingStep with(List<Type> others) {
    return new TrainingStep(this, others);
  }

  private TrainingStep(TrainingStep step, List<Type> inputs) {
    this.counting = step.counting;
    this.network = step.network;
    this.inputs = List.copyOf(inputs);
    this.options = step.options;
    this.weights = step.weights;
    this.averages = step.averages;
    this.sums = step.sums;
    this.state.putAll(step.state);
  }

  /** Whether a second output is the number of samples whose class has the largest logit. */
  boolean counts() {
    return counting;
  }

  /** The parameters. */
  public Weights weights() {
    return weights;
  }

  /**
   * The running average of parameters and buffers; the parameters themselves where there is none.
   */
  public Weights averages() {
    return options.averages() ? averages : weights;
  }

  /** The optimizer's state by name. */
  public Map<String, Weights> state() {
    return Collections.unmodifiableMap(state);
  }

  /** The options. */
  public StepOptions options() {
    return options;
  }

  /**
   * The graph that moves the weights. Its inputs are what {@link StepArguments} gives, its output
   * is the loss before the step, and the step of a job also has the number of hits.
   */
  public Graph update() {
    Forward forward = forward();
    Trace trace = forward.trace();
    Value rate = trace.input(StepArguments.RATE, Type.f32());
    var corrections = new ArrayList<Value>();
    for (int i = 0; i < options.optimizer().corrections(); i++) {
      corrections.add(trace.input(StepArguments.CORRECTION + i, Type.f32()));
    }
    List<Value> gradients = clipped(summed(forward));
    for (int i = 0; i < gradients.size(); i++) {
      Value moved = move(trace, i, gradients.get(i), rate, corrections);
      if (options.averages()) {
        Variable average = averages.variables().get(i);
        float kept = (float) options.average();
        Value mean = trace.read(average).times(kept).plus(moved.times(1 - kept));
        trace.assign(average, mean);
      }
    }
    if (options.averages()) {
      weights
          .averaged(trace, averages, (float) options.average())
          .ifPresent(mean -> trace.assign(averages.buffers().orElseThrow(), mean));
    }
    if (options.accumulation() > 1) {
      for (Variable sum : sums.variables()) {
        trace.assign(sum, trace.constant(0).broadcast(sum.type().shape()));
      }
    }
    return trace.graph(forward.outputs());
  }

  /**
   * The graph that only adds to the gradient, for all batches of an update but the last. Its
   * outputs are those of {@link #update}.
   */
  public Graph gather() {
    Forward forward = forward();
    Trace trace = forward.trace();
    List<Value> gradients = summed(forward);
    for (int i = 0; i < gradients.size(); i++) {
      trace.assign(sums.variables().get(i), gradients.get(i));
    }
    return trace.graph(forward.outputs());
  }

  /** The graph of the loss alone, as training sees it; it changes nothing. */
  public Graph loss() {
    Trace trace = Parameters.of(network).trace(Mode.TRAINING);
    weights.bind(trace);
    return trace.graph(outputs(trace).getFirst());
  }

  private record Forward(Trace trace, Value[] outputs, List<Value> gradients) {}

  private Forward forward() {
    Trace trace = Parameters.of(network).trace(Mode.TRAINING);
    List<Value> bound = weights.bind(trace);
    List<Value> outputs = outputs(trace);
    List<Value> gradients = weights.flatten(Gradients.of(outputs.getFirst(), bound));
    weights.updated(trace).ifPresent(value -> trace.assign(weights.buffers().orElseThrow(), value));
    return new Forward(trace, outputs.toArray(Value[]::new), gradients);
  }

  /** The loss, and the number of hits if they are counted. */
  private List<Value> outputs(Trace trace) {
    Value y = network.forward(StepArguments.inputs(trace, inputs));
    Value target = trace.input(StepArguments.TARGET, options.loss().targets(y.type()));
    Value loss = options.loss().of(y, target);
    return counting ? List.of(loss, Evaluation.hits(y, target)) : List.of(loss);
  }

  /** The batch's gradients together with those gathered before. */
  private List<Value> summed(Forward forward) {
    if (options.accumulation() == 1) {
      return forward.gradients();
    }
    var summed = new ArrayList<Value>();
    for (int i = 0; i < forward.gradients().size(); i++) {
      Value share = forward.gradients().get(i).times(1f / options.accumulation());
      summed.add(forward.trace().read(sums.variables().get(i)).plus(share));
    }
    return summed;
  }

  private List<Value> clipped(List<Value> gradients) {
    if (!options.clips()) {
      return gradients;
    }
    Value squares = gradients.stream().map(g -> g.times(g).sum()).reduce(Value::plus).orElseThrow();
    // As in PyTorch, a little is added to the norm, so that zero gradients stay zero.
    Value norm = squares.sqrt().plus(1e-6f);
    Value factor = norm.like((float) options.clip()).over(norm).min(norm.like(1));
    return gradients.stream().map(g -> g.times(factor)).toList();
  }

  private Value move(Trace trace, int group, Value gradient, Value rate, List<Value> corrections) {
    ParameterGroup options = weights.groups().get(group);
    Optimizer optimizer = this.options.optimizer();
    Variable variable = weights.variables().get(group);
    List<Variable> kept = state.values().stream().map(s -> s.variables().get(group)).toList();
    var numbers =
        new Optimizer.Numbers(
            options.rateFactor() == 1 ? rate : rate.times((float) options.rateFactor()),
            (float) (optimizer.weightDecay() * options.decayFactor()),
            corrections);
    var update =
        optimizer.update(
            trace.read(variable), gradient, kept.stream().map(trace::read).toList(), numbers);
    trace.assign(variable, update.weights());
    for (int i = 0; i < kept.size(); i++) {
      trace.assign(kept.get(i), update.state().get(i));
    }
    return update.weights();
  }
}
