package dev.bramante.passes;

import dev.bramante.graph.Graph;
import dev.bramante.graph.Verifier;
import dev.bramante.passes.fusion.Fusion;
import dev.bramante.testing.Agreement;
import dev.bramante.testing.FuzzCase;
import dev.bramante.testing.Fuzzer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class FuzzTest {
  static List<Pass> passes() {
    return List.of(
        new Simplify(),
        new FoldConstants(),
        new JoinPads(),
        new CommonSubexpressions(),
        new Layout(),
        new MaskBeforePoolGradient(),
        new ReluBeforePool(),
        new SparsePoolGradients(),
        new Fusion());
  }

  @ParameterizedTest
  @MethodSource("passes")
  void aPassAloneKeepsWhatIsComputed(Pass pass) {
    Fuzzer.check(
        300,
        c -> {
          Graph rewritten = pass.apply(c.graph());
          Verifier.verify(rewritten);
          Agreement.check(c, rewritten);
        });
  }

  /** Found by fuzzing: one kernel led back to another through a third that lay around both. */
  @ParameterizedTest
  @CsvSource({"102512, 6", "100618, 18", "102161, 21"})
  void kernelsDoNotWaitForEachOther(long seed, int steps) {
    FuzzCase c = FuzzCase.of(seed, steps);
    Graph rewritten = new Fusion().apply(c.graph());
    Verifier.verify(rewritten);
    Agreement.check(c, rewritten);
  }

  @Test
  void allPassesTogetherKeepWhatIsComputed() {
    Fuzzer.check(
        1000,
        c -> {
          Graph rewritten =
              Pipeline.standard().run(c.graph(), (_, graph) -> Verifier.verify(graph));
          Agreement.check(c, rewritten);
        });
  }
}
