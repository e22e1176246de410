package dev.bramante.generate;

import dev.bramante.backend.Executable;
import dev.bramante.backend.Profile;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.models.Gpt;
import dev.bramante.models.KeyValueCache;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A language model at work on some sequences at once, with what attention keeps of them in memory
 * of a fixed size. Reading prompts and reading one token more are different graphs. Not safe for
 * use by several threads.
 */
public final class Decoder implements Sequences {
  private final Engine engine;
  private final Gpt network;
  private final Parameters parameters;
  private final WeightSource weights;
  private final int sequences;
  private final int capacity;
  private final List<KeyValueCache> caches;
  private final int words;
  private final Executable step;
  private final Tensor[] arguments;
  private final Tensor[] results;

  /**
   * Makes room.
   *
   * @param sequences how many sequences there are
   * @param capacity tokens of each, at most
   * @param reorders whether sequences may continue others, as beams do
   */
  public Decoder(
      Engine engine,
      Gpt network,
      WeightSource weights,
      int sequences,
      int capacity,
      boolean reorders) {
    this.engine = engine;
    this.network = network;
    this.parameters = Parameters.of(network);
    this.weights = weights;
    this.sequences = sequences;
    this.capacity = capacity;
    this.caches = network.caches(sequences, capacity);
    this.words = network.tokens().entries();
    this.step = step(reorders);
    this.arguments =
        new Tensor[] {
          Tensor.zeros(DType.I32, Shape.of(sequences, 1)),
          Tensor.zeros(DType.I32, Shape.of(sequences)),
          Tensor.zeros(DType.I32, Shape.of(sequences))
        };
    this.results = new Tensor[] {Tensor.zeros(DType.F32, Shape.of(sequences, words))};
  }

  private Executable step(boolean reorders) {
    Trace trace = trace();
    Value ids = trace.input("ids", ints(sequences, 1));
    Value position = trace.input("position", ints(sequences));
    Optional<Value> rows =
        reorders ? Optional.of(trace.input("rows", ints(sequences))) : Optional.empty();
    return engine.compile(trace.graph(network.step(ids, position, rows, caches)));
  }

  private Trace trace() {
    Trace trace = parameters.trace(Mode.EVALUATION);
    weights.bind(trace);
    return trace;
  }

  private static Type ints(int... dims) {
    return new Type(DType.I32, Shape.of(dims));
  }

  @Override
  public int words() {
    return words;
  }

  /** Begins to measure the steps of reading one more token. */
  public Profile profile() {
    return step.profile();
  }

  int capacity() {
    return capacity;
  }

  /** Reads the prompts, and gives the logits of what follows each, one after the other. */
  public float[] read(List<int[]> prompts) {
    int longest = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
    int[] ids = new int[sequences * longest];
    int[] last = new int[sequences];
    for (int i = 0; i < sequences; i++) {
      int[] prompt = prompts.get(i);
      System.arraycopy(prompt, 0, ids, i * longest, prompt.length);
      last[i] = prompt.length - 1;
    }
    Trace trace = trace();
    Value logits =
        network.prefill(
            trace.input("ids", ints(sequences, longest)),
            trace.input("last", ints(sequences)),
            caches);
    return engine
        .compile(trace.graph(logits))
        .run(Tensor.of(Shape.of(sequences, longest), ids), Tensor.of(Shape.of(sequences), last))
        .getFirst()
        .floats();
  }

  @Override
  public float[] read(int[] ids, int[] positions, int[] rows) {
    System.arraycopy(ids, 0, arguments[0].ints(), 0, sequences);
    System.arraycopy(positions, 0, arguments[1].ints(), 0, sequences);
    System.arraycopy(rows, 0, arguments[2].ints(), 0, sequences);
    step.run(Arrays.copyOf(arguments, step.plan().graph().inputs().size()), results);
    return results[0].floats();
  }
}
