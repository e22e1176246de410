package dev.bramante.parity;

import dev.bramante.autodiff.Gradients;
import dev.bramante.config.Config;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Op;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.nn.Parameter;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.AdamW;
import dev.bramante.train.Evaluation;
import dev.bramante.train.Loss;
import dev.bramante.train.Optimizer;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.Sgd;
import dev.bramante.train.StepArguments;
import dev.bramante.train.StepOptions;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Holds a network of ours against reference values, field by field.
 *
 * <p>The rule: the largest error of the logits may be 4 times that of PyTorch's float32, 16 times
 * where Winograd's formula may be used, or 1e-6 of the largest logit. Of each gradient, the norm
 * and the sampled values may be off by 1e-3 of the norm over the root of the number of elements, or
 * 1e-4 of the number. A loss may be off by 4 times the largest deviation of PyTorch's float32 up to
 * that step, or 1e-4 of the loss.
 *
 * <p>Some networks amplify rounding: a unit near the kink of a ReLU, or a pixel that is nearly the
 * largest, decides about whole gradients, and PyTorch's own float32 fails the rule. Where a
 * gradient or loss disagrees, the network is therefore run again with weights and inputs moved by
 * as much, relatively, as the rule lets logits be off; it may then be off by 4 times what that
 * changes, and the check says so.
 */
public final class Parity {
  private static final double SINGLE_ERRORS = 4;
  private static final double WINOGRAD_ERRORS = 16;
  private static final double LOGITS = 1e-6;
  private static final double RELATIVE = 1e-4;
  private static final double OF_NORM = 1e-3;

  /** Noises that are tried where rounding may have decided. */
  private static final int NOISES = 4;

  /** Gradients that are zero in theory are rounding errors of the size of others. */
  private static final double OF_LARGEST = 1e-7;

  private final Fixture fixture;
  private final Machine machine;
  private final Model model;
  private final Map<String, String> names;
  private final Weights weights;
  private final List<Tensor> inputs;
  private final Tensor target;

  private Parity(Fixture fixture, Machine machine) {
    this.fixture = fixture;
    this.machine = machine;
    this.model = model(fixture);
    this.names = NameMatch.match(fixture.tensors(), model.parameters());
    requireInputs(fixture, model);
    this.weights = Weights.of(model.parameters(), ParameterGroup.all());
    this.inputs = fixture.inputs().stream().map(Parity::tensor).toList();
    Type output = Evaluation.output(model.network(), types(), weights).outputs().getFirst().type();
    this.target = Tensor.of(new Loss.CrossEntropy().targets(output).shape(), fixture.target());
  }

  /**
   * Checks all fields of a file.
   *
   * @throws IOException if the file cannot be read or holds no reference values
   * @throws IllegalArgumentException if its architecture is unknown, or its tensors are others
   */
  public static List<Check> check(Path file, Machine machine) throws IOException {
    return new Parity(Fixture.read(file), machine).checks();
  }

  private static Model model(Fixture fixture) {
    String name = fixture.architecture();
    Config known = Models.find(name).defaults();
    Map<String, String> settings = new HashMap<>(fixture.config());
    Shape input = fixture.inputs().getFirst().shape();
    if (input.rank() == 4) {
      settings.putIfAbsent("channels", Integer.toString(input.dim(1)));
      settings.putIfAbsent("image", Integer.toString(input.dim(2)));
    }
    settings.put("dropout", "0");
    settings.replace("padding", "null", "none");
    settings.keySet().removeIf(key -> !known.knows(key));
    return Models.create(name, settings);
  }

  /** Before they are filled: what a file says may be larger than memory. */
  private static void requireInputs(Fixture fixture, Model model) {
    List<Type> wanted = model.inputs();
    boolean fits = wanted.size() == fixture.inputs().size();
    for (int i = 0; fits && i < wanted.size(); i++) {
      fits = fits(fixture.inputs().get(i), wanted.get(i));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "the reference's inputs are %s, the network takes batches of %s"
              .formatted(fixture.inputs().stream().map(Fixture.Input::shape).toList(), wanted));
    }
  }

  private static boolean fits(Fixture.Input given, Type wanted) {
    if (given.ids().isPresent()) {
      return wanted.dtype() == DType.I32 && given.shape().rank() == wanted.shape().rank() + 1;
    }
    int[] dims = wanted.shape().dims();
    int[] one = dims.length == 3 ? new int[] {dims[2], dims[0], dims[1]} : dims;
    int[] shape = given.shape().dims();
    return wanted.dtype() == DType.F32
        && shape.length > 0
        && Arrays.equals(Arrays.copyOfRange(shape, 1, shape.length), one);
  }

  private static Tensor tensor(Fixture.Input input) {
    return input
        .ids()
        .map(ids -> Tensor.of(input.shape(), ids))
        .orElseGet(() -> channelsLast(Fill.input(input.shape())));
  }

  /** Images [N, C, H, W] as [N, H, W, C]. */
  private static Tensor channelsLast(Tensor images) {
    if (images.shape().rank() != 4) {
      return images;
    }
    int[] dims = images.shape().dims();
    int channels = dims[1];
    int pixels = dims[2] * dims[3];
    float[] from = images.floats();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      int image = i / (pixels * channels);
      int pixel = i / channels % pixels;
      to[i] = from[(image * channels + i % channels) * pixels + pixel];
    }
    return Tensor.of(Shape.of(dims[0], dims[2], dims[3], channels), to);
  }

  private List<Check> checks() {
    var checks = new ArrayList<Check>();
    long count = model.parameters().count();
    checks.add(new Check("parameters", count == fixture.parameters(), Long.toString(count)));
    checks.addAll(logits());
    fixture.training().ifPresent(wanted -> checks.addAll(training(wanted)));
    return checks;
  }

  private List<Check> training(Fixture.Training wanted) {
    List<Check> checks = gradients(wanted);
    checks.add(losses("losses_sgd", wanted.sgd(), new Sgd(0.9, false, 1e-4), 0.01));
    checks.add(losses("losses_adamw", wanted.adamw(), new AdamW(0.9, 0.95, 1e-8, 0.1), 1e-4));
    return checks;
  }

  private void fill(Noise noise) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    model
        .parameters()
        .byName()
        .forEach((name, p) -> {
          if (p.isCounter()) {
            values.put(name, p.initial(0, name));
          }
        });
    names.forEach((ours, theirs) -> {
      Tensor tensor = noise.on(theirs, Fill.tensor(theirs, fixture.tensors().get(theirs)));
      int[] dims = model.parameters().byName().get(ours).storedShape().dims();
      values.put(ours, tensor.reshape(dims));
    });
    weights.write(machine.variables(), values);
  }

  private List<Noise> noises() {
    double size = SINGLE_ERRORS * fixture.logitsError() / fixture.scale();
    return IntStream.rangeClosed(1, NOISES).mapToObj(run -> new Noise(run, size)).toList();
  }

  private List<Type> types() {
    return inputs.stream().map(input -> new Type(input.dtype(), input.shape())).toList();
  }

  private List<Check> logits() {
    fill(Noise.NONE);
    var graph = Evaluation.output(model.network(), types(), weights);
    Tensor ours = machine.compile(graph).run(inputs.toArray(Tensor[]::new)).getFirst();
    Numbers wanted = fixture.logits();
    double errors = machine.winograd() && isForWinograd(graph) ? WINOGRAD_ERRORS : SINGLE_ERRORS;
    double allowed = Math.max(errors * fixture.logitsError(), LOGITS * fixture.scale());
    int n = ours.shape().size();
    var worst = wanted.difference(ours, allowed, 0, allowed * Math.sqrt(n), allowed * n);
    return List.of(Check.of("eval_logits", worst));
  }

  private static boolean isForWinograd(Graph graph) {
    var window = Window.square(3, 1, 1);
    return graph.nodes().stream()
        .anyMatch(node -> node.op() instanceof Op.Conv2d(var own, _) && own.equals(window));
  }

  private List<Check> gradients(Fixture.Training wanted) {
    var program = machine.compile(gradientGraph());
    List<Tensor> ours = run(program, Noise.NONE);
    List<Check> checks = gradients(wanted, ours, List.of());
    if (checks.stream().allMatch(Check::agrees)) {
      return checks;
    }
    return gradients(wanted, ours, noises().stream().map(noise -> run(program, noise)).toList());
  }

  private List<Tensor> run(Machine.Program program, Noise noise) {
    fill(noise);
    return program.run(
        Stream.concat(inputs(noise).stream(), Stream.of(target)).toArray(Tensor[]::new));
  }

  private List<Tensor> inputs(Noise noise) {
    return IntStream.range(0, inputs.size())
        .mapToObj(i -> noise.on("input" + i, inputs.get(i)))
        .toList();
  }

  /** The loss, and the gradient of each parameter. */
  private Graph gradientGraph() {
    var trace = model.parameters().trace(Mode.TRAINING);
    List<Value> bound = weights.bind(trace);
    Value y =
        model.network().forward(types().stream().map(type -> trace.input("x", type)).toList());
    var loss = new Loss.CrossEntropy();
    Value cost = loss.of(y, trace.input("target", loss.targets(y.type())));
    var outputs = new ArrayList<Value>(List.of(cost));
    outputs.addAll(Gradients.of(cost, bound));
    return trace.graph(outputs.toArray(Value[]::new));
  }

  private List<Check> gradients(
      Fixture.Training wanted, List<Tensor> ours, List<List<Tensor>> noisy) {
    var checks = new ArrayList<Check>();
    double error = Math.abs(ours.getFirst().at(0) - wanted.loss());
    double allowed = Math.max(firstDeviation(wanted.sgd()), RELATIVE * Math.abs(wanted.loss()));
    checks.add(Check.of("train_loss", new Difference(error, allowed)));
    for (int i = 0; i < weights.names().size(); i++) {
      int index = i + 1;
      var moved = noisy.stream().map(run -> run.get(index)).toList();
      String name = weights.names().get(i);
      checks.add(gradient(wanted.gradients(), name, ours.get(index), moved));
    }
    return checks;
  }

  private static double firstDeviation(Fixture.Losses losses) {
    return SINGLE_ERRORS * Math.abs(losses.single()[0] - losses.exact()[0]);
  }

  private Check gradient(
      Map<String, Numbers> gradients, String name, Tensor own, List<Tensor> noisy) {
    String field = "grads " + names.get(name);
    Numbers wanted = gradients.get(names.get(name));
    if (wanted == null) {
      return new Check(field, false, "the reference has none");
    }
    Parameter parameter = model.parameters().byName().get(name);
    Tensor stored = parameter.toStored(own);
    int n = stored.shape().size();
    double largest = gradients.values().stream().mapToDouble(Numbers::norm).max().orElse(0);
    double share = Math.max(OF_NORM * wanted.norm() / Math.sqrt(n), OF_LARGEST * largest);
    double norm = Math.max(share, RELATIVE * wanted.norm());
    var strict = wanted.difference(stored, share, RELATIVE, norm, share * n);
    if (strict.agrees() || noisy.isEmpty()) {
      return Check.of(field, strict);
    }
    double values = share;
    double sum = share * n;
    for (Tensor other : noisy) {
      Numbers moved = wanted.of(parameter.toStored(other)).minus(wanted.of(stored));
      values = Math.max(values, SINGLE_ERRORS * moved.largest());
      norm = Math.max(norm, SINGLE_ERRORS * Math.abs(moved.norm()));
      sum = Math.max(sum, SINGLE_ERRORS * Math.abs(moved.sum()));
    }
    var sensitive = wanted.difference(stored, values, RELATIVE, norm, sum);
    return Check.sensitive(field, strict, sensitive);
  }

  private Check losses(String field, Fixture.Losses wanted, Optimizer optimizer, double rate) {
    var options = new StepOptions(new Loss.CrossEntropy(), optimizer);
    var step = new TrainingStep(model.network(), types(), weights, options);
    var graph = step.update();
    var program = machine.compile(graph);
    var arguments = new StepArguments(graph, optimizer, 0);
    Function<Noise, double[]> steps =
        noise -> {
          start(step, noise);
          List<Tensor> x = inputs(noise);
          double[] losses = new double[wanted.exact().length];
          for (int i = 0; i < losses.length; i++) {
            losses[i] = program.run(arguments.of(x, target, i, i, rate)).getFirst().at(0);
          }
          return losses;
        };
    double[] ours = steps.apply(Noise.NONE);
    var strict = losses(wanted, ours, List.of());
    if (strict.agrees()) {
      return Check.of(field, strict);
    }
    return Check.sensitive(
        field, strict, losses(wanted, ours, noises().stream().map(steps).toList()));
  }

  /** Weights as the rule fills them, and a state of zeros. */
  private void start(TrainingStep step, Noise noise) {
    fill(noise);
    for (Weights state : step.state().values()) {
      for (var variable : state.held()) {
        Type type = variable.type();
        machine.variables().write(variable, Tensor.zeros(type.dtype(), type.shape()));
      }
    }
  }

  private static Difference losses(Fixture.Losses wanted, double[] ours, List<double[]> noisy) {
    double deviation = 0;
    var worst = new Difference(0, 0);
    for (int i = 0; i < ours.length; i++) {
      double exact = wanted.exact()[i];
      deviation = Math.max(deviation, Math.abs(wanted.single()[i] - exact));
      for (double[] moved : noisy) {
        deviation = Math.max(deviation, Math.abs(moved[i] - ours[i]));
      }
      double allowed = Math.max(SINGLE_ERRORS * deviation, RELATIVE * Math.abs(exact));
      worst = worst.orWorse(new Difference(Math.abs(ours[i] - exact), allowed));
    }
    return worst;
  }
}
