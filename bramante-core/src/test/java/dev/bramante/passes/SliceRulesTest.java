package dev.bramante.passes;

import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import org.junit.jupiter.api.Test;

final class SliceRulesTest {
  @Test
  void takesAllAsItIs() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.slice(1, 0, 3), x.pad(0, 0, 0, 1)),
        """
        %0 = input() x : F32[2, 3]
        %1 = slice(%0) at [0, 0] : F32[2, 3]
        %2 = pad(%0) [0, 0] [0, 0] of 1.0 : F32[2, 3]
        return %1, %2
        """,
        """
        %0 = input() x : F32[2, 3]
        return %0, %0
        """);
  }

  @Test
  void slicesOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(9));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.slice(0, 2, 8).slice(0, 1, 4)),
        """
        %0 = input() x : F32[9]
        %1 = slice(%0) at [2] : F32[6]
        %2 = slice(%1) at [1] : F32[3]
        return %2
        """,
        """
        %0 = input() x : F32[9]
        %1 = slice(%0) at [3] : F32[3]
        return %1
        """);
  }

  @Test
  void slicesWhatWasPadded() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4));
    var padded = x.pad(0, 2, 2, 0);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(padded.slice(0, 3, 5), padded.slice(0, 1, 5)),
        """
        %0 = input() x : F32[4]
        %1 = pad(%0) [2] [2] of 0.0 : F32[8]
        %2 = slice(%1) at [3] : F32[2]
        %3 = slice(%1) at [1] : F32[4]
        return %2, %3
        """,
        """
        %0 = input() x : F32[4]
        %1 = slice(%0) at [1] : F32[2]
        %2 = pad(%0) [2] [2] of 0.0 : F32[8]
        %3 = slice(%2) at [1] : F32[4]
        return %1, %3
        """);
  }

  @Test
  void slicesThePartOfAConcatenation() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(2, 3));
    var y = trace.input("y", Type.f32(2, 4));
    var both = x.concat(1, y);
    Rewrites.assertText(
        new Simplify(),
        trace.graph(both.slice(1, 3, 7), both.slice(1, 4, 5), both.slice(1, 2, 5)),
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 4]
        %2 = concat(%0, %1) axis 1 : F32[2, 7]
        %3 = slice(%2) at [0, 3] : F32[2, 4]
        %4 = slice(%2) at [0, 4] : F32[2, 1]
        %5 = slice(%2) at [0, 2] : F32[2, 3]
        return %3, %4, %5
        """,
        """
        %0 = input() x : F32[2, 3]
        %1 = input() y : F32[2, 4]
        %2 = slice(%1) at [0, 1] : F32[2, 1]
        %3 = concat(%0, %1) axis 1 : F32[2, 7]
        %4 = slice(%3) at [0, 2] : F32[2, 3]
        return %1, %2, %4
        """);
  }

  @Test
  void padsOnce() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.pad(0, 1, 0, 0).pad(0, 1, 2, 0), x.pad(0, 1, 0, 0).pad(0, 1, 0, 1)),
        """
        %0 = input() x : F32[4]
        %1 = pad(%0) [1] [0] of 0.0 : F32[5]
        %2 = pad(%1) [1] [2] of 0.0 : F32[8]
        %3 = pad(%0) [1] [0] of 0.0 : F32[5]
        %4 = pad(%3) [1] [0] of 1.0 : F32[6]
        return %2, %4
        """,
        """
        %0 = input() x : F32[4]
        %1 = pad(%0) [2] [2] of 0.0 : F32[8]
        %2 = pad(%0) [1] [0] of 0.0 : F32[5]
        %3 = pad(%2) [1] [0] of 1.0 : F32[6]
        return %1, %3
        """);
  }

  @Test
  void joinsWhatWasCut() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(9));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(
            x.slice(0, 0, 4).concat(0, x.slice(0, 4, 9)),
            x.slice(0, 4, 6).concat(0, x.slice(0, 6, 7), x.slice(0, 0, 2))),
        """
        %0 = input() x : F32[9]
        %1 = slice(%0) at [0] : F32[4]
        %2 = slice(%0) at [4] : F32[5]
        %3 = concat(%1, %2) axis 0 : F32[9]
        %4 = slice(%0) at [4] : F32[2]
        %5 = slice(%0) at [6] : F32[1]
        %6 = slice(%0) at [0] : F32[2]
        %7 = concat(%4, %5, %6) axis 0 : F32[5]
        return %3, %7
        """,
        """
        %0 = input() x : F32[9]
        %1 = slice(%0) at [4] : F32[3]
        %2 = slice(%0) at [0] : F32[2]
        %3 = concat(%1, %2) axis 0 : F32[5]
        return %0, %3
        """);
  }

  @Test
  void dropsEmptyParts() {
    var trace = new Trace();
    var x = trace.input("x", Type.f32(4));
    Rewrites.assertText(
        new Simplify(),
        trace.graph(x.concat(0, x.slice(0, 2, 2))),
        """
        %0 = input() x : F32[4]
        %1 = slice(%0) at [2] : F32[0]
        %2 = concat(%0, %1) axis 0 : F32[4]
        return %2
        """,
        """
        %0 = input() x : F32[4]
        return %0
        """);
  }
}
