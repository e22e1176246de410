package dev.bramante.autodiff;

import dev.bramante.autodiff.GradientCheck.Operand;
import dev.bramante.graph.AttentionOptions;
import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Op;
import dev.bramante.graph.ReduceKind;
import dev.bramante.graph.Type;
import dev.bramante.graph.UnaryKind;
import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** One row, or several, for each operation that has a gradient. */
final class GradientTable {
  private final List<Row> rows = new ArrayList<>();

  /**
   * One check.
   *
   * @param subject the class of the operation, or its kind if it has kinds
   * @param name what is special about the row
   * @param second whether the gradient has a gradient
   */
  record Row(
      Object subject,
      String name,
      List<Operand> operands,
      Function<List<Value>, Value> function,
      boolean second) {
    @Override
    public String toString() {
      String what = subject instanceof Class<?> c ? c.getSimpleName() : subject.toString();
      return what + " " + name;
    }
  }

  private GradientTable() {}

  static List<Row> rows() {
    var table = new GradientTable();
    table.unary();
    table.binary();
    table.elementwise();
    table.reductions();
    table.products();
    table.attention();
    table.convolutions();
    table.pooling();
    table.movement();
    return table.rows;
  }

  private static Operand of(Domain domain, int... dims) {
    return new Operand(Type.f32(dims), domain);
  }

  private static Operand ids(int... dims) {
    return new Operand(Type.i32(dims), Domain.INDEX);
  }

  private void row(Object subject, String name, Operand x, UnaryOperator<Value> function) {
    rows.add(new Row(subject, name, List.of(x), in -> function.apply(in.get(0)), true));
  }

  private void row(
      Object subject, String name, Operand a, Operand b, BinaryOperator<Value> function) {
    rows.add(
        new Row(subject, name, List.of(a, b), in -> function.apply(in.get(0), in.get(1)), true));
  }

  private void unary() {
    for (UnaryKind kind : UnaryKind.values()) {
      Domain domain =
          switch (kind) {
            case NEG, EXP, SIN, COS, TANH, SIGMOID, ERF, NOT -> Domain.ANY;
            case LOG, SQRT, RSQRT -> Domain.POSITIVE;
            case ABS, RELU -> Domain.NONZERO;
          };
      if (kind != UnaryKind.NOT) {
        row(kind, "", of(domain, 3, 5), x -> x.unary(kind));
      }
    }
  }

  private void binary() {
    for (BinaryKind kind : BinaryKind.values()) {
      if (kind.isComparison() || kind.isLogical()) {
        continue;
      }
      Domain left = kind == BinaryKind.POW ? Domain.POSITIVE : Domain.ANY;
      Domain right = kind == BinaryKind.DIV ? Domain.NONZERO : Domain.ANY;
      row(kind, "", of(left, 3, 5), of(right, 3, 5), (a, b) -> a.binary(kind, b));
      row(kind, "row", of(left, 3, 5), of(right, 5), (a, b) -> a.binary(kind, b));
      row(kind, "outer", of(left, 3, 1), of(right, 2, 1, 5), (a, b) -> a.binary(kind, b));
    }
    row(BinaryKind.MUL, "by itself", of(Domain.ANY, 4), x -> x.times(x));
    row(BinaryKind.MUL, "by a constant", of(Domain.ANY, 4), x -> x.times(-0.3f));
    row(BinaryKind.SUB, "from a constant", of(Domain.ANY, 4), x -> x.like(1).minus(x));
    row(BinaryKind.DIV, "of a constant", of(Domain.NONZERO, 4), x -> x.like(1).over(x));
    for (float exponent : new float[] {0, 1, 2, 3, -1.5f}) {
      row(BinaryKind.POW, "" + exponent, of(Domain.POSITIVE, 4), x -> x.pow(x.like(exponent)));
    }
  }

  private void elementwise() {
    row(Op.Input.class, "itself", of(Domain.ANY, 2, 3), x -> x);
    row(Op.Where.class, "", of(Domain.ANY, 3, 4), of(Domain.ANY, 4), GradientTable::checkered);
    row(Op.Cast.class, "to its own type", of(Domain.ANY, 4), GradientTable::cast);
    row(Op.Broadcast.class, "", of(Domain.ANY, 3, 1), x -> x.broadcast(Shape.of(2, 3, 4)));
    row(Op.Broadcast.class, "of a scalar", of(Domain.ANY), x -> x.broadcast(Shape.of(2, 3)));
  }

  private static Value checkered(Value a, Value b) {
    Value even = a.trace().iota(1, 3, 4).binary(BinaryKind.LT, 2);
    return even.where(a.times(a), b.exp());
  }

  /** Any other cast would round what the differences vary. */
  private static Value cast(Value x) {
    return x.times(x.trace().add(new Op.Cast(DType.F32), x));
  }

  private void reductions() {
    row(ReduceKind.SUM, "all", of(Domain.ANY, 2, 3), x -> x.sum());
    row(ReduceKind.SUM, "last", of(Domain.ANY, 2, 3), x -> x.times(x).sum(-1));
    row(ReduceKind.SUM, "outer two", of(Domain.ANY, 2, 3, 4), x -> x.times(x).sum(0, 1));
    row(
        ReduceKind.SUM,
        "keeping",
        of(Domain.ANY, 2, 3),
        x -> x.times(x.reduceKeeping(ReduceKind.SUM, 0)));
    row(ReduceKind.SUM, "mean", of(Domain.ANY, 2, 3, 4), x -> x.times(x).mean(0, 2));
    row(ReduceKind.MAX, "all", of(Domain.DISTINCT, 2, 3), x -> x.times(x).times(x).max());
    row(ReduceKind.MAX, "middle", of(Domain.DISTINCT, 2, 3, 4), x -> x.times(x).times(x).max(1));
    row(ReduceKind.MAX, "of one", of(Domain.DISTINCT, 2, 1), x -> x.times(x).max(1));
  }

  private void products() {
    for (int flags = 0; flags < 4; flags++) {
      boolean ta = (flags & 1) != 0;
      boolean tb = (flags & 2) != 0;
      String name = (ta ? "A" : "a") + (tb ? "B" : "b");
      int[] a = ta ? new int[] {4, 3} : new int[] {3, 4};
      int[] b = tb ? new int[] {5, 4} : new int[] {4, 5};
      product(name, ta, tb, a, b);
      product(name + " batched", ta, tb, with(a, 2), with(b, 2));
      product(name + " batched twice", ta, tb, with(a, 2, 3), with(b, 2, 3));
      product(name + " shared", ta, tb, with(a, 2, 3), b);
    }
    row(Op.MatMul.class, "of itself", of(Domain.ANY, 3, 4), x -> x.matmul(x, false, true));
  }

  private static int[] with(int[] matrix, int... leading) {
    int[] dims = new int[leading.length + 2];
    System.arraycopy(leading, 0, dims, 0, leading.length);
    System.arraycopy(matrix, 0, dims, leading.length, 2);
    return dims;
  }

  private void product(String name, boolean ta, boolean tb, int[] a, int[] b) {
    row(
        Op.MatMul.class,
        name,
        of(Domain.ANY, a),
        of(Domain.ANY, b),
        (left, right) -> left.matmul(right, ta, tb));
  }

  private void attention() {
    attention("all", 3, 4, AttentionOptions.ALL);
    attention("causal", 4, 4, AttentionOptions.CAUSAL);
    attention("causal, more keys", 3, 5, AttentionOptions.CAUSAL.scaled(0.3f));
    attention("dropping out", 3, 4, AttentionOptions.ALL.dropout(0.3f));
    Operand q = of(Domain.ANY, 2, 3, 4);
    rows.add(
        new Row(
            Op.Attention.class,
            "masked",
            List.of(q, q, q),
            in -> {
              Value mask = in.get(0).trace().iota(3, 1, 2, 1, 3).cast(DType.F32).times(0.4f);
              var options = AttentionOptions.ALL.masked(mask);
              return Functions.attention(in.get(0), in.get(1), in.get(2), 2, options);
            },
            false));
  }

  private void attention(String name, int queries, int keys, AttentionOptions options) {
    Operand q = of(Domain.ANY, 2, queries, 4);
    Operand k = of(Domain.ANY, 2, keys, 4);
    Operand v = of(Domain.ANY, 2, keys, 6);
    rows.add(
        new Row(
            Op.Attention.class,
            name,
            List.of(q, k, v),
            in -> Functions.attention(in.get(0), in.get(1), in.get(2), 2, options),
            false));
  }

  private void convolutions() {
    convolution("3x3", Window.square(3, 1, 0), 1);
    convolution("1x1", Window.square(1, 1, 0), 1);
    convolution("padded", Window.square(3, 1, 1), 1);
    convolution("strided", Window.square(3, 2, 1), 1);
    convolution("strided past the end", Window.square(2, 3, 0), 1);
    convolution("dilated", new Window(2, 3, 1, 1, 1, 2, 2, 2), 1);
    convolution("uneven", new Window(1, 3, 2, 1, 0, 1, 1, 1), 1);
    convolution("in two groups", Window.square(3, 1, 1), 2);
    convolution("depthwise", Window.square(3, 2, 1), 4);
  }

  private void convolution(String name, Window window, int groups) {
    Shape image = Shape.of(2, 5, 6, 4);
    Shape weight = Shape.of(window.kernelH(), window.kernelW(), 4 / groups, 4);
    Shape result = Shape.of(2, window.outH(5), window.outW(6), 4);
    Operand x = of(Domain.ANY, image.dims());
    Operand w = of(Domain.ANY, weight.dims());
    Operand dy = of(Domain.ANY, result.dims());
    row(Op.Conv2d.class, name, x, w, (a, b) -> a.conv2d(b, window, groups));
    Op toInput = new Op.Conv2dInputGrad(window, groups, image);
    row(Op.Conv2dInputGrad.class, name, dy, w, (a, b) -> a.trace().add(toInput, a, b));
    Op toWeight = new Op.Conv2dWeightGrad(window, groups, weight);
    row(Op.Conv2dWeightGrad.class, name, x, dy, (a, b) -> a.trace().add(toWeight, a, b));
  }

  private void pooling() {
    Operand distinct = of(Domain.DISTINCT, 2, 5, 6, 3);
    Operand x = of(Domain.ANY, 2, 5, 6, 3);
    for (Window window :
        List.of(
            Window.square(2, 2, 0),
            Window.square(3, 2, 1),
            Window.square(3, 1, 1),
            new Window(2, 3, 1, 2, 1, 1, 1, 1),
            new Window(2, 2, 1, 1, 0, 0, 2, 3))) {
      String name = window.toString();
      // Its gradient picks elements by a comparison that has no gradient of its own.
      rows.add(
          new Row(
              Op.MaxPool.class, name, List.of(distinct), in -> in.get(0).maxPool(window), false));
      row(Op.AvgPool.class, name, x, v -> v.avgPool(window));
      Op grad = new Op.AvgPoolGrad(window, Shape.of(2, 5, 6, 3));
      Operand dy = of(Domain.ANY, 2, window.outH(5), window.outW(6), 3);
      row(Op.AvgPoolGrad.class, name, dy, v -> v.trace().add(grad, v));
    }
  }

  private void movement() {
    Operand x = of(Domain.ANY, 2, 3, 4);
    row(Op.Reshape.class, "", x, v -> v.times(v).reshape(4, -1));
    row(Op.Transpose.class, "cycle", x, v -> v.times(v).transpose(1, 2, 0));
    row(Op.Transpose.class, "swap", x, v -> v.times(v).transpose(0, 2, 1));
    row(Op.Slice.class, "middle", x, v -> v.times(v).slice(2, 1, 3));
    row(Op.Slice.class, "overlapping", x, v -> v.slice(1, 0, 2).times(v.slice(1, 1, 3)));
    row(Op.Slice.class, "tiling", x, v -> v.slice(2, 2, 4).times(v.slice(2, 0, 2).exp()));
    row(Op.Slice.class, "box", x, GradientTable::box);
    row(Op.After.class, "", x, v -> v.trace().add(new Op.After(), v.times(v), v.exp()));
    row(Op.Concat.class, "", x, of(Domain.ANY, 2, 1, 4), (a, b) -> a.concat(1, b.times(b), a));
    row(Op.Pad.class, "", x, v -> v.times(v).pad(1, 2, 1, 0.5f));
    row(Op.Pad.class, "nothing", x, v -> v.times(v).pad(0, 0, 0, 0));
    Operand table = of(Domain.ANY, 3, 4);
    row(Op.Gather.class, "", table, ids(2, 5), (t, i) -> t.times(t).gather(i));
    row(Op.Gather.class, "of numbers", of(Domain.ANY, 3), ids(4), (t, i) -> t.exp().gather(i));
    Operand rows = of(Domain.ANY, 2, 5, 4);
    row(Op.ScatterAdd.class, "", rows, ids(2, 5), (r, i) -> r.times(r).scatterAdd(i, 3));
    row(Op.ScatterAdd.class, "of numbers", of(Domain.ANY, 4), ids(4), (r, i) -> r.scatterAdd(i, 3));
  }

  private static Value box(Value x) {
    return x.trace().add(new Op.Slice(List.of(0, 1, 1), Shape.of(2, 2, 2)), x.times(x));
  }
}
