package dev.bramante.data.text;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A batch as values that can be compared. */
record Filled(int shape, List<List<Integer>> inputs, List<Integer> targets) {
  static Filled of(TokenBatches batches, long epoch, int index) {
    var batch = new TokenBatch(batches);
    batches.fill(epoch, index, batch);
    int inputs = batches.shapes().get(batch.shape()).size();
    return new Filled(
        batch.shape(),
        IntStream.range(0, inputs).mapToObj(i -> list(batch.input(i))).toList(),
        list(batch.targets()));
  }

  /** All batches of an epoch in the same arrays. */
  static List<Filled> epoch(TokenBatches batches, long epoch) {
    return IntStream.range(0, batches.count()).mapToObj(i -> of(batches, epoch, i)).toList();
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
