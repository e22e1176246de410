package dev.bramante.passes;

import dev.bramante.autodiff.Gradients;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Graph;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.graph.Window;
import dev.bramante.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Graphs as models, losses and optimizers make them. */
final class Examples {
  private static final int IGNORED = -100;

  private Examples() {}

  /** Parameters that are slices of one flat variable. */
  private static final class Flat {
    private final Trace trace;
    private final Variable variable;
    private final Value whole;
    private final List<Value> parameters = new ArrayList<>();
    private int used;

    Flat(Trace trace, int size) {
      this.trace = trace;
      this.variable = new Variable("weights", Type.f32(size));
      this.whole = trace.read(variable);
    }

    Value next(int... dims) {
      int size = Type.f32(dims).shape().size();
      Value parameter = whole.slice(0, used, used + size).reshape(dims);
      used += size;
      parameters.add(parameter);
      return parameter;
    }

    /** The gradient, concatenated from those of the parameters. */
    Value gradient(Value loss) {
      List<Value> flat =
          Gradients.of(loss, parameters).stream().map(gradient -> gradient.reshape(-1)).toList();
      return flat.getFirst().concat(0, flat.subList(1, flat.size()).toArray(Value[]::new));
    }

    /** Stochastic gradient descent with momentum. */
    void momentum(Value gradient) {
      var velocity = new Variable("velocity", variable.type());
      Value rate = trace.input("rate", Type.f32());
      Value next = trace.read(velocity).times(0.9f).plus(gradient);
      trace.assign(velocity, next);
      trace.assign(variable, whole.minus(next.times(rate)));
    }

    /** Adam with decoupled weight decay. */
    void adam(Value gradient) {
      var first = new Variable("m", variable.type());
      var second = new Variable("v", variable.type());
      Value rate = trace.input("rate", Type.f32());
      Value m = trace.read(first).times(0.9f).plus(gradient.times(0.1f));
      Value v = trace.read(second).times(0.99f).plus(gradient.times(gradient).times(0.01f));
      Value step = m.over(v.unary(UnaryKind.SQRT).plus(1e-8f));
      trace.assign(first, m);
      trace.assign(second, v);
      trace.assign(variable, whole.minus(step.plus(whole.times(0.01f)).times(rate)));
    }
  }

  /**
   * A step of a perceptron of three layers: the activation decides what the backward pass reads.
   */
  static Graph mlpStep(int batch, BiFunction<Trace, Value, Value> activation) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(batch, 50));
    Value targets = trace.input("targets", Type.i32(batch));
    var flat = new Flat(trace, 25 * 50 + 25 + 10 * 25 + 10 + 2 * 10 + 2);
    Value h = linear(flat, x, 50, 25);
    h = linear(flat, activation.apply(trace, h), 25, 10);
    h = linear(flat, activation.apply(trace, h), 10, 2);
    Value loss = Functions.crossEntropy(h, targets, 0, IGNORED);
    flat.momentum(flat.gradient(loss));
    return trace.graph(loss);
  }

  /** The same with Adam after clipping by the norm, and label smoothing. */
  static Graph clippedAdamStep(int batch) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(batch, 20));
    Value targets = trace.input("targets", Type.i32(batch));
    var flat = new Flat(trace, 20 * 5 + 5);
    Value loss = Functions.crossEntropy(linear(flat, x, 20, 5), targets, 0.1f, IGNORED);
    Value gradient = flat.gradient(loss);
    Value norm = gradient.times(gradient).sum().unary(UnaryKind.SQRT);
    Value factor = trace.constant(1).over(norm.plus(1e-6f)).min(trace.constant(1));
    flat.adam(gradient.times(factor));
    return trace.graph(loss, norm);
  }

  /** A step of a small LeNet. */
  static Graph lenetStep(int batch) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(batch, 12, 12, 1));
    Value targets = trace.input("targets", Type.i32(batch));
    var flat = new Flat(trace, 9 * 4 + 4 + 9 * 4 * 6 + 6 + 54 * 10 + 10 + 10 * 3 + 3);
    Value h = conv(flat, x, 3, 1, 4).maxPool(Window.square(2, 2, 0)).relu();
    h = conv(flat, h, 3, 4, 6).relu();
    h = linear(flat, h.reshape(batch, -1), 54, 10).relu();
    h = linear(flat, h, 10, 3);
    Value loss = Functions.crossEntropy(h, targets, 0, IGNORED);
    Value right = h.argMax(1).binary(BinaryKind.EQ, targets).cast(DType.F32).sum();
    flat.momentum(flat.gradient(loss));
    return trace.graph(loss, right);
  }

  /** Layer norm, a linear layer with GELU, dropout and a residual, and their gradients. */
  static Graph block(int rows, int width) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(2, rows, width));
    var flat = new Flat(trace, width * width + 3 * width);
    Value gain = flat.next(width);
    Value shift = flat.next(width);
    Value centred = x.minus(Functions.meanKeeping(x, -1));
    Value variance = Functions.meanKeeping(centred.times(centred), -1);
    Value normal = centred.times(variance.plus(1e-5f).unary(UnaryKind.RSQRT));
    Value h = linear(flat, normal.times(gain).plus(shift), width, width);
    Value y = x.plus(Functions.dropout(Functions.gelu(h), 0.25f));
    Value loss = y.times(y).mean();
    return trace.graph(loss, y, flat.gradient(loss));
  }

  /** Attention over one head with a causal mask, forward and backward. */
  static Graph attention(int length, int width) {
    var trace = new Trace();
    Value q = trace.input("q", Type.f32(2, length, width));
    Value k = trace.input("k", Type.f32(2, length, width));
    Value v = trace.input("v", Type.f32(2, length, width));
    Value scores = q.matmul(k, false, true).times(0.25f);
    Value past = trace.iota(1, 2, length, length);
    Value now = trace.iota(2, 2, length, length);
    Value masked = past.binary(BinaryKind.GE, now).where(scores, trace.constant(-1e9f));
    Value y = Functions.softmax(masked, -1).matmul(v);
    Value loss = y.times(y).sum();
    var outputs = new ArrayList<>(List.of(loss));
    outputs.addAll(Gradients.of(loss, List.of(q, k, v)));
    return trace.graph(outputs.toArray(Value[]::new));
  }

  /** Batch normalisation over all but the channels, with its gradients. */
  static Graph batchNorm(int batch, int channels) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(batch, 3, 3, channels));
    Value gain = trace.input("gain", Type.f32(channels));
    Value centred = x.minus(Functions.meanKeeping(x, 0, 1, 2));
    Value variance = Functions.meanKeeping(centred.times(centred), 0, 1, 2);
    Value deviation = variance.plus(1e-5f).unary(UnaryKind.SQRT);
    Value y = centred.over(deviation).times(gain).relu();
    Value loss = y.times(y).times(y).mean();
    List<Value> gradients = Gradients.of(loss, List.of(x, gain));
    return trace.graph(loss, gradients.get(0), gradients.get(1));
  }

  /** A step of a residual block: convolutions, each with batch normalisation, and a shortcut. */
  static Graph residualStep(int batch, int size) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(batch, size, size, 3));
    var flat = new Flat(trace, 3 * 8 + 9 * 8 * 8 + 8 * 8 + 6 * 8);
    Value h = normal(flat, conv(flat, x, 1, 8)).relu().maxPool(Window.square(2, 2, 0));
    Value y = normal(flat, conv(flat, h, 3, 8)).relu();
    y = normal(flat, conv(flat, y, 1, 8)).plus(h).relu();
    Value loss = y.mean(1, 2).times(3).exp().mean();
    flat.momentum(flat.gradient(loss));
    return trace.graph(loss);
  }

  /** Inference with convolutions, products and running statistics. */
  static Graph evaluation(int batch, int size) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(batch, size, size, 3));
    var flat = new Flat(trace, 9 * 3 * 8 + 8 * 8 + 4 * 8 + 8 * 5 + 5);
    Value h = running(flat, conv(flat, x, 3, 8)).relu();
    h = running(flat, conv(flat, h, 1, 8)).plus(h).relu();
    return trace.graph(linear(flat, h.mean(1, 2), 8, 5).times(0.5f));
  }

  private static Value running(Flat flat, Value x) {
    Value mean = x.trace().read(new Variable("mean", Type.f32(x.dim(3))));
    Value variance = x.trace().read(new Variable("v", Type.f32(x.dim(3))));
    Value gamma = flat.next(x.dim(3));
    return Functions.batchNorm(x, mean, variance, gamma, flat.next(x.dim(3)), 1e-5f);
  }

  private static Value conv(Flat flat, Value x, int kernel, int out) {
    var window = Window.square(kernel, 1, kernel / 2);
    return x.conv2d(flat.next(kernel, kernel, x.dim(3), out), window, 1);
  }

  /** Batch normalisation, with its running mean. */
  private static Value normal(Flat flat, Value x) {
    int channels = x.dim(3);
    Value mean = x.mean(0, 1, 2);
    Value centred = x.minus(mean);
    Value variance = centred.times(centred).mean(0, 1, 2);
    var running = new Variable("mean", Type.f32(channels));
    Value kept = x.trace().read(running).times(0.9f);
    x.trace().assign(running, kept.plus(mean.times(0.1f)));
    Value scale = variance.plus(1e-5f).unary(UnaryKind.RSQRT);
    return centred.times(scale).times(flat.next(channels)).plus(flat.next(channels));
  }

  /** Reductions whose results meet each other along different axes. */
  static Graph crossing(int rows, int columns) {
    var trace = new Trace();
    Value x = trace.input("x", Type.f32(rows, columns));
    Value byRow = x.reduceKeeping(ReduceKind.MAX, 1);
    Value byColumn = x.reduceKeeping(ReduceKind.SUM, 0);
    Value y = x.minus(byRow).times(byColumn);
    Value outer = byRow.reshape(1, rows).plus(byRow).exp();
    return trace.graph(y.sum(1), y, outer, outer.sum());
  }

  private static Value linear(Flat flat, Value x, int in, int out) {
    Value weight = flat.next(out, in);
    return x.matmul(weight, false, true).plus(flat.next(out));
  }

  private static Value conv(Flat flat, Value x, int kernel, int in, int out) {
    Value weight = flat.next(kernel, kernel, in, out);
    return x.conv2d(weight, Window.square(kernel, 1, 0), 1).plus(flat.next(out));
  }
}
