package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import org.junit.jupiter.api.Test;

final class JoinPadsTest {
  @Test
  void concatenatesPiecesInAnyOrder() {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(2));
    var b = trace.input("b", Type.f32(3));
    var c = trace.input("c", Type.f32(1));
    Rewrites.assertText(
        new JoinPads(),
        trace.graph(c.pad(0, 5, 0, 0).plus(a.pad(0, 0, 4, 0)).plus(b.pad(0, 2, 1, 0))),
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[3]
        %2 = input() c : F32[1]
        %3 = pad(%2) [5] [0] of 0.0 : F32[6]
        %4 = pad(%0) [0] [4] of 0.0 : F32[6]
        %5 = add(%3, %4) : F32[6]
        %6 = pad(%1) [2] [1] of 0.0 : F32[6]
        %7 = add(%5, %6) : F32[6]
        return %7
        """,
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[3]
        %2 = input() c : F32[1]
        %3 = concat(%0, %1, %2) axis 0 : F32[6]
        return %3
        """);
  }

  @Test
  void putsZerosBetweenAndAround() {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(2));
    var b = trace.input("b", Type.f32(3));
    Rewrites.assertText(
        new JoinPads(),
        trace.graph(a.pad(0, 1, 7, 0).plus(b.pad(0, 5, 2, 0))),
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[3]
        %2 = pad(%0) [1] [7] of 0.0 : F32[10]
        %3 = pad(%1) [5] [2] of 0.0 : F32[10]
        %4 = add(%2, %3) : F32[10]
        return %4
        """,
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[3]
        %2 = constant() 0.0 : F32[1]
        %3 = broadcast(%2) : F32[2]
        %4 = concat(%0, %3, %1) axis 0 : F32[7]
        %5 = pad(%4) [1] [2] of 0.0 : F32[10]
        return %5
        """);
  }

  @Test
  void addsPiecesOfOnePlace() {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(2));
    var b = trace.input("b", Type.f32(2));
    var c = trace.input("c", Type.f32(2));
    Rewrites.assertText(
        new JoinPads(),
        trace.graph(a.pad(0, 0, 2, 0).plus(b.pad(0, 2, 0, 0)).plus(c.pad(0, 0, 2, 0))),
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[2]
        %2 = input() c : F32[2]
        %3 = pad(%0) [0] [2] of 0.0 : F32[4]
        %4 = pad(%1) [2] [0] of 0.0 : F32[4]
        %5 = add(%3, %4) : F32[4]
        %6 = pad(%2) [0] [2] of 0.0 : F32[4]
        %7 = add(%5, %6) : F32[4]
        return %7
        """,
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[2]
        %2 = input() c : F32[2]
        %3 = add(%0, %2) : F32[2]
        %4 = concat(%3, %1) axis 0 : F32[4]
        return %4
        """);
  }

  @Test
  void leavesPiecesThatOverlap() {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(2));
    var b = trace.input("b", Type.f32(2));
    Rewrites.assertText(
        new JoinPads(),
        trace.graph(a.pad(0, 0, 1, 0).plus(b.pad(0, 1, 0, 0))),
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[2]
        %2 = pad(%0) [0] [1] of 0.0 : F32[3]
        %3 = pad(%1) [1] [0] of 0.0 : F32[3]
        %4 = add(%2, %3) : F32[3]
        return %4
        """,
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[2]
        %2 = pad(%0) [0] [1] of 0.0 : F32[3]
        %3 = pad(%1) [1] [0] of 0.0 : F32[3]
        %4 = add(%2, %3) : F32[3]
        return %4
        """);
  }

  @Test
  void leavesOtherBordersThanZero() {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(2));
    var b = trace.input("b", Type.f32(1));
    Rewrites.assertText(
        new JoinPads(),
        trace.graph(a.pad(0, 0, 1, 1).plus(b.pad(0, 2, 0, 0))),
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[1]
        %2 = pad(%0) [0] [1] of 1.0 : F32[3]
        %3 = pad(%1) [2] [0] of 0.0 : F32[3]
        %4 = add(%2, %3) : F32[3]
        return %4
        """,
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[1]
        %2 = pad(%0) [0] [1] of 1.0 : F32[3]
        %3 = pad(%1) [2] [0] of 0.0 : F32[3]
        %4 = add(%2, %3) : F32[3]
        return %4
        """);
  }

  @Test
  void joinsPastOtherTerms() {
    var trace = new Trace();
    var a = trace.input("a", Type.f32(2));
    var b = trace.input("b", Type.f32(1));
    var x = trace.input("x", Type.f32(3));
    Rewrites.assertText(
        new JoinPads(),
        trace.graph(a.pad(0, 0, 1, 0).plus(x).plus(b.pad(0, 2, 0, 0))),
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[1]
        %2 = input() x : F32[3]
        %3 = pad(%0) [0] [1] of 0.0 : F32[3]
        %4 = add(%3, %2) : F32[3]
        %5 = pad(%1) [2] [0] of 0.0 : F32[3]
        %6 = add(%4, %5) : F32[3]
        return %6
        """,
        """
        %0 = input() a : F32[2]
        %1 = input() b : F32[1]
        %2 = input() x : F32[3]
        %3 = concat(%0, %1) axis 0 : F32[3]
        %4 = add(%2, %3) : F32[3]
        return %4
        """);
  }
}
