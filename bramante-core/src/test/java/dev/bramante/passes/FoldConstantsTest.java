package dev.bramante.passes;

import dev.bramante.graph.BinaryKind;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Variable;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import org.junit.jupiter.api.Test;

final class FoldConstantsTest {
  @Test
  void computesNumbers() {
    var trace = new Trace();

    Rewrites.assertText(
        new FoldConstants(),
        trace.graph(trace.constant(2).times(3).plus(1).exp().reshape(1, 1).cast(DType.I32)),
        """
        %0 = constant() 2.0 : F32[]
        %1 = constant() 3.0 : F32[]
        %2 = mul(%0, %1) : F32[]
        %3 = constant() 1.0 : F32[]
        %4 = add(%2, %3) : F32[]
        %5 = exp(%4) : F32[]
        %6 = reshape(%5) : F32[1, 1]
        %7 = cast(%6) : I32[1, 1]
        return %7
        """,
        """
        %0 = constant() 1096 : I32[1, 1]
        return %0
        """);
  }

  @Test
  void computesSmallTensors() {
    var trace = new Trace();
    var table = trace.constant(Tensor.of(Shape.of(3), 1f, 2f, 3f));
    Rewrites.assertText(
        new FoldConstants(),
        trace.graph(table.times(2).binary(BinaryKind.GT, 3).where(table, table.negate()).sum()),
        """
        %0 = constant() … : F32[3]
        %1 = constant() 2.0 : F32[]
        %2 = reshape(%1) : F32[1]
        %3 = broadcast(%2) : F32[3]
        %4 = mul(%0, %3) : F32[3]
        %5 = constant() 3.0 : F32[]
        %6 = reshape(%5) : F32[1]
        %7 = broadcast(%6) : F32[3]
        %8 = gt(%4, %7) : BOOL[3]
        %9 = neg(%0) : F32[3]
        %10 = where(%8, %0, %9) : F32[3]
        %11 = reduce_sum(%10) axes [0] : F32[1]
        %12 = reshape(%11) : F32[]
        return %12
        """,
        """
        %0 = constant() … : F32[3]
        %1 = reduce_sum(%0) axes [0] : F32[1]
        %2 = reshape(%1) : F32[]
        return %2
        """);
  }

  @Test
  void neverWritesOutWhatIsRepeated() {
    var trace = new Trace();

    Rewrites.assertText(
        new FoldConstants(),
        trace.graph(trace.constant(2).broadcast(Shape.of(100, 100))),
        """
        %0 = constant() 2.0 : F32[]
        %1 = reshape(%0) : F32[1, 1]
        %2 = broadcast(%1) : F32[100, 100]
        return %2
        """,
        """
        %0 = constant() 2.0 : F32[1, 1]
        %1 = broadcast(%0) : F32[100, 100]
        return %1
        """);
  }

  @Test
  void leavesWhatATypeCannotHold() {
    var trace = new Trace();
    var large = trace.constant(Tensor.scalar(2_000_000_000));
    Rewrites.assertText(
        new FoldConstants(),
        trace.graph(large.plus(large), large.over(large.like(0)), large.minus(large)),
        """
        %0 = constant() 2000000000 : I32[]
        %1 = add(%0, %0) : I32[]
        %2 = constant() 0.0 : F32[]
        %3 = cast(%2) : I32[]
        %4 = div(%0, %3) : I32[]
        %5 = sub(%0, %0) : I32[]
        return %1, %4, %5
        """,
        """
        %0 = constant() 2000000000 : I32[]
        %1 = add(%0, %0) : I32[]
        %2 = constant() 0 : I32[]
        %3 = div(%0, %2) : I32[]
        %4 = constant() 0 : I32[]
        return %1, %3, %4
        """);
  }

  @Test
  void leavesVariables() {
    var trace = new Trace();
    var weight = new Variable("weight", Type.f32());
    Rewrites.assertText(
        new FoldConstants(),
        trace.graph(trace.read(weight).times(2)),
        """
        %0 = read() weight : F32[]
        %1 = constant() 2.0 : F32[]
        %2 = mul(%0, %1) : F32[]
        return %2
        """,
        """
        %0 = read() weight : F32[]
        %1 = constant() 2.0 : F32[]
        %2 = mul(%0, %1) : F32[]
        return %2
        """);
  }
}
