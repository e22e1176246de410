package dev.bramante.generate;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.models.Transformer;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A translator at work on some texts at once, with what attention keeps of sources and targets in
 * memory of a fixed size. Not safe for use by several threads.
 */
final class TranslationDecoder implements Sequences {
  private final Transformer network;
  private final Parameters parameters;
  private final WeightSource weights;
  private final Transformer.Memory memory;
  private final Executable encoder;
  private final Executable step;
  private final Tensor source;
  private final Tensor ids;
  private final Tensor positions;
  private final Tensor rows;
  private final Tensor[] arguments;
  private final Tensor[] results;

  /**
   * Makes room.
   *
   * @param texts how many there are
   * @param sourceLength tokens of a source, at most
   * @param targetLength tokens of a target, at most
   * @param reorders whether targets may continue others, as beams do
   */
  TranslationDecoder(
      Engine engine,
      Transformer network,
      WeightSource weights,
      int texts,
      int sourceLength,
      int targetLength,
      boolean reorders) {
    this.network = network;
    this.parameters = Parameters.of(network);
    this.weights = weights;
    this.memory = network.memory(texts, sourceLength, targetLength);
    this.source = Tensor.zeros(DType.I32, Shape.of(texts, sourceLength));
    this.ids = Tensor.zeros(DType.I32, Shape.of(texts, 1));
    this.positions = Tensor.zeros(DType.I32, Shape.of(texts));
    this.rows = Tensor.zeros(DType.I32, Shape.of(texts));
    this.arguments =
        reorders
            ? new Tensor[] {source, ids, positions, rows}
            : new Tensor[] {source, ids, positions};
    this.results = new Tensor[] {Tensor.zeros(DType.F32, Shape.of(texts, words()))};
    this.encoder = encoder(engine);
    this.step = step(engine, reorders);
  }

  private Executable encoder(Engine engine) {
    Trace trace = trace();
    network.begin(input(trace, "source", source), memory);
    return engine.compile(trace.graph());
  }

  private Executable step(Engine engine, boolean reorders) {
    Trace trace = trace();
    Value read = input(trace, "source", source);
    Value token = input(trace, "ids", ids);
    Value position = input(trace, "position", positions);
    Optional<Value> continued =
        reorders ? Optional.of(input(trace, "rows", rows)) : Optional.empty();
    return engine.compile(trace.graph(network.step(read, token, position, continued, memory)));
  }

  private Trace trace() {
    Trace trace = parameters.trace(Mode.EVALUATION);
    weights.bind(trace);
    return trace;
  }

  private static Value input(Trace trace, String name, Tensor like) {
    return trace.input(name, new Type(DType.I32, like.shape()));
  }

  /** Reads the sources, from which targets begin. */
  void begin(List<int[]> sources) {
    int length = source.shape().dim(1);
    Arrays.fill(source.ints(), network.padding().orElse(0));
    for (int i = 0; i < sources.size(); i++) {
      int[] text = sources.get(i);
      System.arraycopy(text, 0, source.ints(), i * length, text.length);
    }
    encoder.run(new Tensor[] {source}, new Tensor[0]);
  }

  @Override
  public int words() {
    return network.embed().entries();
  }

  @Override
  public float[] read(int[] tokens, int[] places, int[] continued) {
    System.arraycopy(tokens, 0, ids.ints(), 0, tokens.length);
    System.arraycopy(places, 0, positions.ints(), 0, places.length);
    System.arraycopy(continued, 0, rows.ints(), 0, continued.length);
    step.run(arguments, results);
    return results[0].floats();
  }
}
