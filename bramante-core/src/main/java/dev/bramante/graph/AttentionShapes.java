package dev.bramante.graph;

import static dev.bramante.graph.ShapeRules.require;

import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import java.util.List;

/** Shape rules of attention and its gradients. */
final class AttentionShapes {
  private AttentionShapes() {}

  static Type attention(AttentionSpec spec, List<Type> in) {
    Type q = in.get(0);
    Type k = in.get(1);
    Type v = in.get(2);
    for (Type x : in.subList(0, 3)) {
      require(
          x.dtype() == DType.F32 && x.shape().rank() == 3,
          "attention takes queries, keys and values F32[B, T, heads · D], not %s, %s and %s",
          q,
          k,
          v);
    }
    require(
        spec.heads() > 0
            && q.shape().dim(2) % spec.heads() == 0
            && v.shape().dim(2) % spec.heads() == 0,
        "%d heads don't divide the last axes of queries %s and values %s",
        spec.heads(),
        q,
        v);
    require(
        q.shape().dim(0) == k.shape().dim(0) && q.shape().dim(2) == k.shape().dim(2),
        "queries %s and keys %s need as many sequences, of rows of one length",
        q,
        k);
    require(
        k.shape().size(0, 2) == v.shape().size(0, 2) && k.shape().dim(0) == v.shape().dim(0),
        "keys %s and values %s need as many rows",
        k,
        v);
    require(
        spec.scale() > 0 && Float.isFinite(spec.scale()),
        "the scale of attention has to be above 0, not %s",
        spec.scale());
    require(
        spec.dropout() >= 0 && spec.dropout() < 1,
        "the dropout of attention has to be in [0, 1), not %s",
        spec.dropout());
    extras(spec, in);
    return q.with(q.shape().with(2, v.shape().dim(2)));
  }

  private static void extras(AttentionSpec spec, List<Type> in) {
    int batch = in.get(0).shape().dim(0);
    if (spec.masked()) {
      Type mask = in.get(spec.mask());
      Shape full =
          Shape.of(batch, spec.heads(), in.get(0).shape().dim(1), in.get(1).shape().dim(1));
      boolean fits =
          mask.shape().rank() == 4
              && mask.shape().dim(3) == full.dim(3)
              && (mask.dtype() == DType.F32 || mask.dtype() == DType.BOOL);
      for (int i = 0; fits && i < 3; i++) {
        fits = mask.shape().dim(i) == 1 || mask.shape().dim(i) == full.dim(i);
      }
      require(
          fits,
          "the mask of attention has to be F32 or BOOL of %s, with 1 where it is the same along one"
              + " of the first three axes, not %s",
          full,
          mask);
    }
    if (spec.bounded()) {
      numbers("lengths of attention", in.get(spec.lengths()), batch);
    }
    if (spec.continued()) {
      numbers("past of attention", in.get(spec.past()), batch);
    }
    if (spec.dropout() > 0) {
      numbers("seed of attention", in.get(spec.seed()), 1);
      numbers("step of attention", in.get(spec.seed() + 1), 1);
    }
  }

  static Type sums(AttentionSpec spec, List<Type> in) {
    Type y = attention(spec, in);
    return y.with(Shape.of(y.shape().dim(0), spec.heads(), y.shape().dim(1)));
  }

  static Type replaceRows(List<Type> in) {
    Type tables = in.get(0);
    Type rows = in.get(1);
    Shape shape = tables.shape();
    boolean fits =
        shape.rank() >= 2
            && rows.dtype() == tables.dtype()
            && rows.shape().rank() == shape.rank()
            && rows.shape().with(1, shape.dim(1)).equals(shape)
            && rows.shape().dim(1) <= shape.dim(1);
    require(fits, "rows %s cannot replace some of the second axis of %s", rows, tables);
    numbers("first row", in.get(2), shape.dim(0));
    return tables;
  }

  private static void numbers(String what, Type type, int batch) {
    int size = type.shape().size();
    require(
        type.dtype() == DType.I32 && type.shape().rank() <= 1 && (size == 1 || size == batch),
        "the %s must be I32[1] or I32[%d], not %s",
        what,
        batch,
        type);
  }

  static Type gradient(Op.AttentionGrad op, List<Type> in) {
    int operands = op.spec().operands();
    Type y = attention(op.spec(), in.subList(0, operands));
    Type sums = sums(op.spec(), in.subList(0, operands));
    List<Type> rest = in.subList(operands, in.size());
    require(
        rest.equals(List.of(y, sums, y)),
        "gradient of attention: y, sums and dy are %s, not %s, %s and %s",
        rest,
        y,
        sums,
        y);
    return in.get(op.to().ordinal());
  }
}
