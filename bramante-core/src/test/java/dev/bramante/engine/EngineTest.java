package dev.bramante.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.autodiff.Gradients;
import dev.bramante.backend.Executable;
import dev.bramante.graph.CustomOp;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Op;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import dev.bramante.reference.Array;
import dev.bramante.reference.Reference;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
  private final Random random = new Random(7);

  /** What a variable holds goes with it: caches of decoders, say, that are made anew. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatAVariableHoldsIsForgottenWithIt(boolean supplied) throws InterruptedException {
    var engine = new Engine();
    WeakReference<Variable> gone = supplied ? supplied(engine) : changed(engine);
    for (int i = 0; i < 50 && gone.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertNull(gone.get());
  }

  private static WeakReference<Variable> changed(Engine engine) {
    var variable = new Variable("cache", Type.f32(10, 10));
    var trace = new Trace();
    trace.assign(variable, trace.read(variable).plus(1));
    engine.compile(trace.graph()).run();
    assertEquals(1, engine.variables().read(variable).at(7));
    return new WeakReference<>(variable);
  }

  private static WeakReference<Variable> supplied(Engine engine) {
    var variable = new Variable("weight", Type.f32(10, 10));
    engine.variables().supply(variable, (to, at) -> Arrays.fill(to, at, at + 100, 3));
    assertEquals(3, engine.variables().read(variable).at(7));
    return new WeakReference<>(variable);
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void trainsAPerceptronAsTheReferenceDoes(int bits) {
    var w1 = new Variable("w1", Type.f32(13, 7));
    var b1 = new Variable("b1", Type.f32(13));
    var w2 = new Variable("w2", Type.f32(5, 13));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(6, 7));
    Value target = trace.input("target", Type.i32(6));
    Value hidden = x.matmul(trace.read(w1), false, true).plus(trace.read(b1)).relu();
    Value logits = hidden.matmul(trace.read(w2), false, true);
    Value loss = Functions.crossEntropy(logits, target, 0.1f, -1);
    List<Variable> weights = List.of(w1, b1, w2);
    List<Value> gradients = Gradients.of(loss, weights.stream().map(trace::read).toList());
    for (int i = 0; i < weights.size(); i++) {
      trace.assign(weights.get(i), trace.read(weights.get(i)).minus(gradients.get(i).times(0.5f)));
    }
    assertAgrees(trace.graph(loss, logits), bits, 5, floats(6, 7), ints(5, 6));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void trainsAConvolutionalNetworkAsTheReferenceDoes(int bits) {
    var w1 = new Variable("w1", Type.f32(3, 3, 1, 5));
    var b1 = new Variable("b1", Type.f32(5));
    var w2 = new Variable("w2", Type.f32(2, 2, 5, 18));
    var w3 = new Variable("w3", Type.f32(4, 18));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(3, 8, 8, 1));
    Value target = trace.input("target", Type.i32(3));
    Value a = x.conv2d(trace.read(w1), Window.square(3, 1, 0), 1).plus(trace.read(b1));
    Value b = a.maxPool(Window.square(2, 2, 0)).relu();
    Value c = b.conv2d(trace.read(w2), Window.square(2, 1, 1), 1).tanh();
    Value d = c.avgPool(Window.square(4, 4, 0)).transpose(0, 3, 1, 2).reshape(3, 18);
    Value logits = d.matmul(trace.read(w3), false, true);
    Value loss = Functions.crossEntropy(logits, target, 0, -1);
    List<Variable> weights = List.of(w1, b1, w2, w3);
    List<Value> gradients = Gradients.of(loss, weights.stream().map(trace::read).toList());
    for (int i = 0; i < weights.size(); i++) {
      trace.assign(weights.get(i), trace.read(weights.get(i)).minus(gradients.get(i).times(0.1f)));
    }
    assertAgrees(trace.graph(loss, logits), bits, 4, floats(3, 8, 8, 1), ints(4, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void trainsThroughSparseGradientsOfPoolingsAsTheReferenceDoes(int bits) {
    var w1 = new Variable("w1", Type.f32(5, 5, 1, 6));
    var b1 = new Variable("b1", Type.f32(6));
    var w2 = new Variable("w2", Type.f32(3, 3, 6, 17));
    var b2 = new Variable("b2", Type.f32(17));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(5, 15, 16, 1));
    Value target = trace.input("target", Type.i32(5));
    Value a = x.conv2d(trace.read(w1), Window.square(5, 1, 0), 1).plus(trace.read(b1));
    Value b = a.maxPool(Window.square(3, 3, 1)).relu(); // [5, 4, 4, 6]
    Value c = b.conv2d(trace.read(w2), Window.square(3, 1, 1), 1).plus(trace.read(b2));
    Value logits = c.maxPool(Window.square(2, 2, 0)).relu().sum(1, 2); // [5, 17]
    Value loss = Functions.crossEntropy(logits, target, 0, -1);
    List<Variable> weights = List.of(w1, b1, w2, b2);
    List<Value> gradients = Gradients.of(loss, weights.stream().map(trace::read).toList());
    for (int i = 0; i < weights.size(); i++) {
      trace.assign(weights.get(i), trace.read(weights.get(i)).minus(gradients.get(i).times(0.01f)));
    }
    Graph step = trace.graph(loss, logits);
    String plan = new Engine().plan(step).toString();
    assertTrue(plan.contains("max_pool_grad+conv2d_weight_grad("), plan);
    assertTrue(plan.contains("max_pool_grad+conv2d_input_grad+conv2d_weight_grad("), plan);
    assertAgrees(step, bits, 4, floats(5, 15, 16, 1), ints(17, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void trainsThroughImagesSmallerThanTheKernel(int side) {
    var weight = new Variable("w", Type.f32(3, 3, 20, 18));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, side, side, 20));
    Value y = x.conv2d(trace.read(weight), Window.square(3, 1, 1), 1).tanh();
    Value loss = y.times(y).mean(0, 1, 2, 3);
    List<Value> gradients = Gradients.of(loss, List.of(trace.read(weight), x));
    trace.assign(weight, trace.read(weight).minus(gradients.getFirst()));
    assertAgrees(trace.graph(loss, gradients.getLast()), 0, 2, floats(2, side, side, 20));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void endsAnInputGradientWithWhatFollowsIt(int stride) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 9, 8, 20));
    Value weight = trace.input("w", Type.f32(3, 3, 20, 18));
    Value shift = trace.input("b", Type.f32(20));
    Value y = x.conv2d(weight, Window.square(3, stride, 1), 1).tanh();
    Value gradient = Gradients.of(y.times(y).sum(0, 1, 2, 3), List.of(x)).getFirst();
    Value ended = gradient.plus(shift).relu().plus(x);
    var inputs = new Tensor[] {floats(2, 9, 8, 20), floats(3, 3, 20, 18), floats(20)};
    assertAgrees(trace.graph(ended), 0, 1, inputs);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainsThroughConvolutionsOfEitherKindAsTheReferenceDoes(boolean winograd) {
    var w1 = new Variable("w1", Type.f32(3, 3, 32, 32));
    var b1 = new Variable("b1", Type.f32(32));
    var w2 = new Variable("w2", Type.f32(3, 3, 32, 40));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(4, 10, 11, 32));
    Value a = x.conv2d(trace.read(w1), Window.square(3, 1, 1), 1).plus(trace.read(b1)).relu();
    Value b = a.times(0.02f).conv2d(trace.read(w2), Window.square(3, 1, 1), 1).tanh();
    Value loss = b.times(b).mean(0, 1, 2, 3);
    List<Variable> weights = List.of(w1, b1, w2);
    List<Value> gradients = Gradients.of(loss, weights.stream().map(trace::read).toList());
    for (int i = 0; i < weights.size(); i++) {
      Value step = gradients.get(i).times(0.1f);
      trace.assign(weights.get(i), trace.read(weights.get(i)).minus(step));
    }
    var options = EngineOptions.defaults().withWinograd(winograd);
    assertAgrees(trace.graph(loss, b), options, 2, floats(4, 10, 11, 32));
  }

  @Test
  void packedWeightsFollowTheVariable() {
    var w = new Variable("w", Type.f32(4, 3));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 3));
    var engine = new Engine(EngineOptions.defaults().withThreads(1));
    Executable run = engine.compile(trace.graph(x.matmul(trace.read(w), false, true)));
    Tensor ones = Tensor.of(Shape.of(2, 3), 1f, 1, 1, 1, 1, 1);
    engine.variables().write(w, Tensor.of(Shape.of(4, 3), new float[12]));
    assertEquals(0, run.run(ones).getFirst().at(3));
    engine.variables().write(w, Tensor.of(Shape.of(4, 3), 1f, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
    assertEquals(3, run.run(ones).getFirst().at(3));
  }

  @Test
  void evaluationSeesWhatTrainingChanged() {
    var w = new Variable("w", Type.f32(3));
    var training = new Trace();
    training.assign(w, training.read(w).plus(1));
    var evaluation = new Trace();
    Value doubled = evaluation.read(w).times(2);
    var engine = new Engine();
    Executable step = engine.compile(training.graph());
    Executable read = engine.compile(evaluation.graph(doubled));
    assertEquals(0, read.run().getFirst().at(1));
    step.run();
    step.run();
    assertEquals(4, read.run().getFirst().at(1));
  }

  @Test
  void whatIsComputedOnceOutlivesEveryStep() {
    var sum = new Variable("sum", Type.f32(16));
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(4, 4));
    Value square = x.matmul(x);
    Value y = square.matmul(square).reshape(16).plus(trace.read(sum));
    trace.assign(sum, trace.constant(3).broadcast(Shape.of(16)));
    assertAgrees(trace.graph(y), 0, 3, floats(4, 4));
  }

  @Test
  void runsACustomOperation() {
    CustomOp cube =
        new CustomOp() {
          @Override
          public String name() {
            return "cube";
          }

          @Override
          public Type infer(List<Type> operands) {
            return operands.getFirst();
          }

          @Override
          public void evaluate(List<Tensor> operands, Tensor result) {
            float[] x = operands.getFirst().floats();
            for (int i = 0; i < x.length; i++) {
              result.floats()[i] = x[i] * x[i] * x[i];
            }
          }

          @Override
          public List<Optional<Value>> gradient(List<Value> operands, Value y, Value dy) {
            Value x = operands.getFirst();
            return List.of(Optional.of(x.times(x).times(3).times(dy)));
          }
        };
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(5));
    Value y = trace.add(new Op.Custom(cube), x);
    Value dx = Gradients.of(y.sum(), List.of(x)).getFirst();
    List<Tensor> results =
        new Engine().compile(trace.graph(y, dx)).run(Tensor.of(Shape.of(5), 1f, 2, 3, 4, 5));
    assertEquals(64, results.get(0).at(3));
    assertEquals(48, results.get(1).at(3));
  }

  @Test
  void convertsHostTypes() {
    var trace = new Trace();
    Value ids = trace.input("ids", new Type(DType.I64, Shape.of(3)));
    Value flags = trace.input("flags", new Type(DType.BOOL, Shape.of(3)));
    Executable run =
        new Engine()
            .compile(
                trace.graph(flags.where(ids.cast(DType.F32), ids.cast(DType.F32).negate()), ids));
    Tensor mask = Tensor.wrap(DType.BOOL, Shape.of(3), new byte[] {1, 0, 1});
    List<Tensor> results = run.run(Tensor.of(Shape.of(3), 4L, 5L, -6L), mask);
    assertEquals(-5, results.get(0).at(1));
    assertEquals(-6, results.get(1).longs()[2]);
    var tooLarge = Tensor.of(Shape.of(3), 1L << 40, 0L, 0L);
    assertThrows(IllegalArgumentException.class, () -> run.run(tooLarge, mask));
  }

  @Test
  void refusesWrongArgumentsInWords() {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, 3));
    Executable run = new Engine().compile(trace.graph(x.exp()));
    var none = assertThrows(IllegalArgumentException.class, run::run);
    assertEquals("the graph has 1 inputs, but 0 were given", none.getMessage());
    Tensor wrong = Tensor.of(Shape.of(3, 2), new float[6]);
    var shape = assertThrows(IllegalArgumentException.class, () -> run.run(wrong));
    assertEquals(
        "input 0 (x) is F32[3, 2], but the graph was compiled for F32[2, 3]", shape.getMessage());
  }

  @Test
  void namesTheBackendsThereAre() {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> new Engine(new EngineOptions("gpu", 0, 0)));
    assertEquals("no backend gpu; there is cpu", e.getMessage());
  }

  /** Runs some steps with one and two threads against the reference. */
  private void assertAgrees(Graph graph, int bits, int steps, Tensor... inputs) {
    assertAgrees(graph, EngineOptions.defaults().withVectorBits(bits), steps, inputs);
  }

  private void assertAgrees(Graph graph, EngineOptions options, int steps, Tensor... inputs) {
    var one = new Engine(options.withThreads(1));
    var two = new Engine(options.withThreads(2));
    Map<Variable, Array> variables = new HashMap<>();
    for (Variable variable : graph.assigned()) {
      Tensor value = floats(variable.type().shape().dims());
      one.variables().write(variable, value);
      two.variables().write(variable, value);
      variables.put(variable, Array.of(value));
    }
    Executable first = one.compile(graph);
    Executable second = two.compile(graph);
    List<Array> arguments = List.of(inputs).stream().map(Array::of).toList();
    for (int step = 0; step < steps; step++) {
      Reference.Result expected = Reference.run(graph, arguments, variables);
      variables.putAll(expected.assigned());
      List<Tensor> results = first.run(inputs);
      List<Tensor> others = second.run(inputs);
      for (int i = 0; i < results.size(); i++) {
        assertTrue(results.get(i).sameBits(others.get(i)), "1 and 2 threads differ");
        for (int k = 0; k < results.get(i).shape().size(); k++) {
          double wanted = expected.output(i).at(k);
          assertEquals(wanted, results.get(i).at(k), 2e-5 * (1 + Math.abs(wanted)));
        }
      }
    }
  }

  private Tensor floats(int... dims) {
    float[] values = new float[Shape.of(dims).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 2;
    }
    return Tensor.of(Shape.of(dims), values);
  }

  private Tensor ints(int bound, int... dims) {
    return Tensor.of(Shape.of(dims), random.ints(Shape.of(dims).size(), 0, bound).toArray());
  }
}
