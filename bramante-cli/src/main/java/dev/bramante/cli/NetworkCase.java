package dev.bramante.cli;

import dev.bramante.backend.Executable;
import dev.bramante.backend.Profile;
import dev.bramante.config.Config;
import dev.bramante.engine.Engine;
import dev.bramante.engine.EngineOptions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Summary;
import dev.bramante.parity.Fill;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.SplitMix;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * A network at work on a fixed batch in memory: {@code mlp-train-32} is the perceptron trained on
 * 32 samples at once.
 *
 * @param network the architecture
 * @param training whether steps of training are timed, or logits
 * @param samples samples in a batch
 * @param size the side of images or the length of texts; the network's own without it
 */
record NetworkCase(String network, boolean training, int samples, Optional<String> size)
    implements BenchCase {
  /** Names that the peers have for networks. */
  private static final Map<String, String> OTHER_NAMES =
      Map.of("vitb16", "vit_b_16", "seq2seq", "transformer");

  private static final double RATE = 0.01;
  private static final double TOLERANCE = 1e-5;

  /** Beyond, the definition of the operations would work for minutes. */
  private static final long LARGE = 500_000_000L;

  private static final double LARGE_TOLERANCE = 1e-3;

  /** Whether there is such a network. */
  static boolean knows(String network) {
    return Models.knows(OTHER_NAMES.getOrDefault(network, network));
  }

  @Override
  public double flops() {
    return 0;
  }

  @Override
  public Task prepare(EngineMixin options, Source source) throws IOException {
    Engine engine = options.engine();
    Model model = model();
    Weights weights = Weights.of(model.parameters(), ParameterGroup.all());
    List<Tensor> inputs = model.batch(samples).stream().map(type -> input(model, type)).toList();
    var held = new Held(weights, source.elements(model));
    held.supply(engine);
    return training
        ? training(engine, model, held, inputs)
        : inference(engine, model, held, inputs);
  }

  /** What the network holds, which is given to one engine and another. */
  private record Held(Weights weights, BiFunction<String, Parameter, Elements> elements) {
    void supply(Engine to) {
      weights.supply(to.variables(), elements);
    }
  }

  /** Without dropout, so that there is one answer. */
  private Model model() {
    String name = OTHER_NAMES.getOrDefault(network, network);
    Config known = Models.find(name).defaults();
    Map<String, String> settings = new LinkedHashMap<>();
    if (isText(known)) {
      settings.put("dropout", "0");
    }
    size.ifPresent(given -> settings.put(known.knows("length") ? "length" : "image", given));
    return Models.create(name, settings);
  }

  private static boolean isText(Config known) {
    return known.knows("heads");
  }

  private static Tensor input(Model model, Type type) {
    if (type.dtype() == DType.F32) {
      return Fill.input(type.shape());
    }
    int words = model.config().integer("vocab");
    long key = SplitMix.key("ids");
    return Tensor.of(type.shape(), classes(type.shape().size(), key, words));
  }

  private static int[] classes(int count, long key, int classes) {
    return IntStream.range(0, count)
        .map(i -> SplitMix.bounded(SplitMix.bits(key, i), classes))
        .toArray();
  }

  private Task inference(Engine engine, Model model, Held held, List<Tensor> inputs) {
    Graph graph = Evaluation.output(model.network(), model.batch(samples), held.weights());
    Executable executable = engine.compile(graph);
    Tensor[] arguments = inputs.toArray(Tensor[]::new);
    Wanted wanted = wanted(model, graph, held, arguments);
    return new Ready(executable, arguments, new Tensor[] {wanted.buffer()}, wanted);
  }

  private Task training(Engine engine, Model model, Held held, List<Tensor> x) {
    var loss = new Loss.CrossEntropy();
    Optimizer optimizer =
        isText(model.config()) ? new AdamW(0.9, 0.999, 1e-8, 0.1) : new Sgd(0.9, false, 1e-4);
    var options = new StepOptions(loss, optimizer);
    var step = new TrainingStep(model.network(), model.batch(samples), held.weights(), options);
    Graph graph = step.update();
    Executable executable = engine.compile(graph);
    var logits = Evaluation.output(model.network(), model.batch(samples), held.weights()).outputs();
    Shape shape = loss.targets(logits.getFirst().type()).shape();
    int classes = logits.getFirst().type().shape().dim(-1);
    Tensor targets = Tensor.of(shape, classes(shape.size(), SplitMix.key("targets"), classes));
    Tensor[] inputs = new StepArguments(graph, optimizer, 0).of(x, targets, 0, 0, RATE);
    Graph forward = step.loss();
    Tensor[] others = new StepArguments(forward, optimizer, 0).of(x, targets, 0, 0, RATE);
    Wanted wanted = wanted(model, forward, held, others);
    return new Ready(executable, inputs, new Tensor[] {wanted.buffer()}, wanted);
  }

  private record Wanted(Tensor answer, double tolerance) {
    Tensor buffer() {
      return Tensor.zeros(answer.dtype(), answer.shape());
    }
  }

  /**
   * The output of a graph by other means: by the definition in double precision or, of a network
   * too large for that, on vectors of the smallest width, for which all kernels are others. What is
   * timed is compiled before, so that its kernels know one width only, and gets its memory after
   * the memory for this was given back.
   */
  private Wanted wanted(Model model, Graph graph, Held held, Tensor... inputs) {
    boolean small = Summary.of(model.network(), model.batch(samples)).flops() <= LARGE;
    Wanted wanted = small ? defined(graph, held, inputs) : narrow(graph, held, inputs);
    System.gc();
    return wanted;
  }

  private static Wanted defined(Graph graph, Held held, Tensor... inputs) {
    var other = new Engine(EngineOptions.defaults());
    held.supply(other);
    Map<Variable, Tensor> values = new LinkedHashMap<>();
    held.weights().held().forEach(v -> values.put(v, other.variables().read(v)));
    Tensor answer = Reference.run(graph, values, inputs).outputs().getLast().toTensor();
    return new Wanted(answer, TOLERANCE);
  }

  private static Wanted narrow(Graph graph, Held held, Tensor... inputs) {
    var other = new Engine(EngineOptions.defaults().withVectorBits(128).withWinograd(false));
    held.supply(other);
    Executable executable = other.compile(graph);
    return new Wanted(executable.run(inputs).getLast(), LARGE_TOLERANCE);
  }

  private record Ready(Executable executable, Tensor[] inputs, Tensor[] outputs, Wanted wanted)
      implements Task {
    @Override
    public void run() {
      executable.run(inputs, outputs);
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.of(executable.profile());
    }

    /** The first answer: later ones of a training step differ, since it moves the weights. */
    @Override
    public void check() {
      run();
      Tensor answer = wanted.answer();
      for (int i = 0; i < answer.shape().size(); i++) {
        double error = Math.abs(outputs[0].at(i) - answer.at(i));
        if (!(error <= wanted.tolerance() * Math.max(1, Math.abs(answer.at(i))))) {
          throw new IllegalStateException(
              "answer %d is %s, not %s; nothing was timed"
                  .formatted(i, outputs[0].at(i), answer.at(i)));
        }
      }
    }
  }
}
