package dev.bramante.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.bramante.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class BatchLoaderTest {
  private static final List<Transform> NOISE =
      List.of((values, offset, shape, random) -> values[offset + 1] = random.nextFloat());

  private static String text(Batch batch) {
    return batch.epoch()
        + "/"
        + batch.step()
        + " "
        + batch.count()
        + " "
        + Arrays.toString(batch.inputs())
        + Arrays.toString(batch.targets())
        + (batch.values().length > 0 ? Arrays.toString(batch.values()) : "");
  }

  private static List<String> take(BatchLoader loader, int count) {
    List<String> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(text(loader.next()));
    }
    return batches;
  }

  @Test
  void evaluationGoesThroughAllSamplesInOrderOnce() throws InterruptedException {
    try (var loader = BatchLoader.evaluation(DatasetTest.numbered(7), 3, List.of())) {
      assertEquals(3, loader.stepsPerEpoch());
      assertEquals("0/0 3 [0.0, 0.0, 1.0, -1.0, 2.0, -2.0][0, 1, 2]", text(loader.next()));
      loader.next();
      assertEquals("0/2 1 [6.0, -6.0, 0.0, 0.0, 0.0, 0.0][0, -1, -1]", text(loader.next()));
      loader.awaitEnd();
      assertThrows(NoSuchElementException.class, loader::next);
    }
  }

  @Test
  void trainingTakesEverySampleOnceInANewOrderEachEpoch() {
    Dataset set = DatasetTest.numbered(12);
    try (var loader = BatchLoader.training(set, 4, 5, List.of())) {
      List<String> orders = new ArrayList<>();
      for (int epoch = 0; epoch < 3; epoch++) {
        var numbers = new int[12];
        for (int step = 0; step < 3; step++) {
          Batch batch = loader.next();
          assertEquals(epoch, batch.epoch());
          assertEquals(step, batch.step());
          for (int i = 0; i < 4; i++) {
            numbers[4 * step + i] = (int) batch.inputs()[2 * i];
            assertEquals(numbers[4 * step + i] % 3, batch.targets()[i]);
          }
        }
        orders.add(Arrays.toString(numbers));
        Arrays.sort(numbers);
        assertArrayEquals(IntStream.range(0, 12).toArray(), numbers);
      }
      assertEquals(3, orders.stream().distinct().count());
    }
  }

  @Test
  void trainingLeavesOutThePartialBatch() {
    try (var loader = BatchLoader.training(DatasetTest.numbered(11), 4, 5, List.of())) {
      assertEquals(2, loader.stepsPerEpoch());
      loader.next();
      loader.next();
      assertEquals(1, loader.next().epoch());
    }
  }

  @Test
  void resumesAtAnyStep() {
    Dataset set = DatasetTest.numbered(13);
    List<String> whole;
    try (var loader = BatchLoader.training(set, 4, 5, NOISE)) {
      whole = take(loader, 9);
    }
    for (int from = 0; from < 9; from++) {
      try (var resumed = BatchLoader.training(set, 4, 5, NOISE, from / 3, from % 3)) {
        assertEquals(whole.subList(from, 9), take(resumed, 9 - from));
      }
    }
    try (var atTheEnd = BatchLoader.training(set, 4, 5, NOISE, 0, 3)) {
      assertEquals(whole.get(3), text(atTheEnd.next()));
    }
    try (var other = BatchLoader.training(set, 4, 6, NOISE)) {
      assertNotEquals(whole.get(0), text(other.next()));
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() {
    Dataset set = DatasetTest.numbered(37);
    var maker = new BatchMaker(set, 5, 5, NOISE, new Mixing(0.5, 0));
    List<String> alone;
    try (var loader = BatchLoader.of(new BatchOrder(37, 5, true, 5, 1, 2), maker, 1)) {
      alone = take(loader, 40);
    }
    for (int workers : new int[] {2, 3, 8}) {
      var order = new BatchOrder(37, 5, true, 5, 1, 2);
      try (var loader = BatchLoader.of(order, maker, workers)) {
        assertEquals(alone, take(loader, 40), workers + " threads");
      }
    }
  }

  @Test
  void anErrorComesAfterAllSoundBatchesAlsoWithManyThreads() throws InterruptedException {
    Transform failing =
        (values, offset, shape, random) -> {
          if (values[offset] >= 30) {
            throw new IllegalArgumentException("no image");
          }
        };
    for (int round = 0; round < 50; round++) {
      Dataset set = DatasetTest.numbered(40);
      var maker = new BatchMaker(set, 4, round, List.of(failing), Mixing.NONE);
      var loader = BatchLoader.of(new BatchOrder(40, 4, true, round, 0, 0), maker, 4);
      List<Integer> order = Arrays.stream(Shuffle.permutation(40, round, 0)).boxed().toList();
      int sound = (int) order.stream().takeWhile(i -> i < 30).count() / 4;
      for (int i = 0; i < sound; i++) {
        assertEquals(i, loader.next().step());
      }
      var thrown = assertThrows(IllegalStateException.class, loader::next);
      assertEquals(
          "batch " + sound + " of epoch 0 could not be prepared: no image", thrown.getMessage());
      loader.close();
      loader.awaitEnd();
    }
  }

  @Test
  void transformsSeeEachSampleAnewEachEpoch() {
    try (var loader = BatchLoader.training(DatasetTest.numbered(2), 2, 5, NOISE)) {
      float[] first = loader.next().inputs().clone();
      float[] second = loader.next().inputs().clone();
      assertNotEquals(first[1], first[3]);
      assertNotEquals(first[1], second[1]);
    }
  }

  @Test
  void aBatchStaysUntilTheNextIsTaken() {
    try (var loader = BatchLoader.training(DatasetTest.numbered(50), 5, 1, NOISE)) {
      for (int i = 0; i < 200; i++) {
        Batch batch = loader.next();
        String before = text(batch);
        Thread.yield();
        assertEquals(before, text(batch));
      }
    }
  }

  @Test
  void anErrorReachesTheConsumerAfterTheSoundBatches() {
    var cause = new IllegalArgumentException("no image");
    Transform failing =
        (values, offset, shape, random) -> {
          if (values[offset] == 7) {
            throw cause;
          }
        };
    try (var loader = BatchLoader.evaluation(DatasetTest.numbered(9), 3, List.of(failing))) {
      loader.next();
      loader.next();
      for (int i = 0; i < 2; i++) {
        var thrown = assertThrows(IllegalStateException.class, loader::next);
        assertEquals("batch 2 of epoch 0 could not be prepared: no image", thrown.getMessage());
        assertSame(cause, thrown.getCause());
      }
    }
  }

  @Test
  void closingEndsTheThread() throws InterruptedException {
    var loader = BatchLoader.evaluation(DatasetTest.numbered(9), 3, List.of());
    loader.next();
    loader.close();
    loader.close();
    loader.awaitEnd();
    assertThrows(IllegalStateException.class, loader::next);
  }

  @Test
  void closingReleasesAWaitingConsumer() throws InterruptedException {
    var gate = new CountDownLatch(1);
    Transform stuck =
        (values, offset, shape, random) -> {
          try {
            gate.await();
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        };
    var loader = BatchLoader.evaluation(DatasetTest.numbered(3), 3, List.of(stuck));
    var consumer =
        Thread.ofPlatform().start(() -> assertThrows(IllegalStateException.class, loader::next));
    loader.close();
    consumer.join();
    assertFalse(consumer.isAlive());
    gate.countDown();
    loader.awaitEnd();
  }

  @Test
  void sizesThatGiveNoBatchAreRefused() {
    Dataset set = DatasetTest.numbered(10);
    assertEquals(
        "a batch of 11 is larger than the data set of 10 samples; choose a smaller batch",
        refusal(() -> BatchLoader.training(set, 11, 0, List.of())));
    assertEquals(
        "a batch of 0 samples is none", refusal(() -> BatchLoader.training(set, 0, 0, List.of())));
    assertEquals(
        "the data set is empty", refusal(() -> BatchLoader.evaluation(set.subset(), 1, List.of())));
    assertEquals(
        "no step 6 of epoch 0 with 5 steps an epoch",
        refusal(() -> BatchLoader.training(set, 2, 0, List.of(), 0, 6)));
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void nothingIsAllocatedOnceWarm() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Dataset set =
        new ByteImages(Shape.of(8, 8, 1), new byte[64 * 640], new byte[640], List.of("only"));
    var transforms =
        List.<Transform>of(
            new RandomShift(2),
            new RandomFlip(),
            new Normalization(new float[] {0.5f}, new float[] {2}));
    var order = new BatchOrder(set.size(), 64, true, 1, 0, 0);
    var maker = new BatchMaker(set, 64, 1, transforms, Mixing.NONE);
    var random = new SampleRandom(0, 0, 0);
    Batch batch = maker.emptyBatch();
    try (var loader = BatchLoader.training(set, 64, 1, transforms)) {
      for (int i = 0; i < 200; i++) {
        order.next(batch);
        maker.fill(batch, 0, batch.count(), random);
        maker.complete(batch);
        loader.next();
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        order.next(batch);
        maker.fill(batch, 0, batch.count(), random);
        maker.complete(batch);
        loader.next();
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      // The measuring itself, and code compiled meanwhile, may take a little; a batch has 16 KiB.
      assertEquals(0, allocated / 1000, allocated + " bytes in 1000 batches");
    }
  }
}
