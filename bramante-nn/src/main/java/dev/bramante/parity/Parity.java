package dev.bramante.parity;

import dev.bramante.autodiff.Gradients;
import dev.bramante.config.Config;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
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
import java.util.stream.Stream;

/**
 * Holds a network of ours against reference values, field by field.
 *
 * <p>The rule: the largest error of the logits may be 4 times that of PyTorch's float32, or 1e-6 of
 * the largest logit. Of each gradient, the norm and the sampled values may be off by 1e-3 of the
 * norm over the root of the number of elements, or 1e-4 of the number. A loss may be off by 4 times
 * the largest deviation of PyTorch's float32 up to that step, or 1e-4 of the loss.
 */
public final class Parity {
  private static final double SINGLE_ERRORS = 4;
  private static final double LOGITS = 1e-6;
  private static final double RELATIVE = 1e-4;
  private static final double OF_NORM = 1e-3;

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

  private void fill(Weights variables) {
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
      Tensor tensor = Fill.tensor(theirs, fixture.tensors().get(theirs));
      int[] dims = model.parameters().byName().get(ours).storedShape().dims();
      values.put(ours, tensor.reshape(dims));
    });
    variables.write(machine.variables(), values);
  }

  private List<Type> types() {
    return inputs.stream().map(input -> new Type(input.dtype(), input.shape())).toList();
  }

  private Tensor[] arguments() {
    return Stream.concat(inputs.stream(), Stream.of(target)).toArray(Tensor[]::new);
  }

  private List<Check> logits() {
    fill(weights);
    var graph = Evaluation.output(model.network(), types(), weights);
    Tensor ours = machine.compile(graph).run(inputs.toArray(Tensor[]::new)).getFirst();
    Numbers wanted = fixture.logits();
    double allowed = Math.max(SINGLE_ERRORS * fixture.logitsError(), LOGITS * fixture.scale());
    int n = ours.shape().size();
    var worst =
        wanted
            .values(ours, allowed, 0)
            .orWorse(wanted.norm(ours, allowed * Math.sqrt(n)))
            .orWorse(wanted.sum(ours, allowed * n));
    return List.of(Check.of("eval_logits", worst));
  }

  private List<Check> gradients(Fixture.Training wanted) {
    fill(weights);
    var trace = model.parameters().trace(Mode.TRAINING);
    List<Value> bound = weights.bind(trace);
    Value y =
        model.network().forward(types().stream().map(type -> trace.input("x", type)).toList());
    var loss = new Loss.CrossEntropy();
    Value target = trace.input("target", loss.targets(y.type()));
    Value cost = loss.of(y, target);
    var outputs = new ArrayList<Value>(List.of(cost));
    outputs.addAll(Gradients.of(cost, bound));
    var graph = trace.graph(outputs.toArray(Value[]::new));
    List<Tensor> ours = machine.compile(graph).run(arguments());

    var checks = new ArrayList<Check>();
    double error = Math.abs(ours.getFirst().at(0) - wanted.loss());
    double allowed = Math.max(firstDeviation(wanted.sgd()), RELATIVE * Math.abs(wanted.loss()));
    checks.add(Check.of("train_loss", new Difference(error, allowed)));
    for (int i = 0; i < weights.names().size(); i++) {
      checks.add(gradient(wanted.gradients(), weights.names().get(i), ours.get(i + 1)));
    }
    return checks;
  }

  private static double firstDeviation(Fixture.Losses losses) {
    return SINGLE_ERRORS * Math.abs(losses.single()[0] - losses.exact()[0]);
  }

  private Check gradient(Map<String, Numbers> gradients, String name, Tensor own) {
    String field = "grads " + names.get(name);
    Numbers wanted = gradients.get(names.get(name));
    if (wanted == null) {
      return new Check(field, false, "the reference has none");
    }
    Tensor stored = model.parameters().byName().get(name).toStored(own);
    int n = stored.shape().size();
    double largest = gradients.values().stream().mapToDouble(Numbers::norm).max().orElse(0);
    double share = Math.max(OF_NORM * wanted.norm() / Math.sqrt(n), OF_LARGEST * largest);
    var worst =
        wanted
            .values(stored, share, RELATIVE)
            .orWorse(wanted.norm(stored, Math.max(share, RELATIVE * wanted.norm())))
            .orWorse(wanted.sum(stored, share * n));
    return Check.of(field, worst);
  }

  private Check losses(String field, Fixture.Losses wanted, Optimizer optimizer, double rate) {
    var options = new StepOptions(new Loss.CrossEntropy(), optimizer);
    var step = new TrainingStep(model.network(), types(), weights.alike(field), options);
    fill(step.weights());
    var graph = step.update();
    var program = machine.compile(graph);
    var arguments = new StepArguments(graph, optimizer, 0);
    double deviation = 0;
    var worst = new Difference(0, 0);
    for (int i = 0; i < wanted.exact().length; i++) {
      deviation = Math.max(deviation, Math.abs(wanted.single()[i] - wanted.exact()[i]));
      Tensor loss = program.run(arguments.of(inputs, target, i, i, rate)).getFirst();
      double allowed = Math.max(SINGLE_ERRORS * deviation, RELATIVE * Math.abs(wanted.exact()[i]));
      double error = Math.abs(loss.at(0) - wanted.exact()[i]);
      worst = worst.orWorse(new Difference(error, allowed));
    }
    return Check.of(field, worst);
  }
}
