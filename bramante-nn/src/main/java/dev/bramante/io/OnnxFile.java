package dev.bramante.io;

import static dev.bramante.io.Quote.quote;

import dev.bramante.io.ProtobufReader.ProtobufException;
import dev.bramante.io.ProtobufReader.Wire;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An ONNX file as a source of weights: the initialisers of its graph by name. Exporters keep the
 * names of parameters, save where they fold some together, and those of fully connected layers,
 * whose weights they store transposed: these are named again, and turned, by the biases that are
 * added to their products.
 *
 * <p>The format is that of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">
 * onnx.proto</a>: {@code ModelProto} with the graph in field 7, and {@code GraphProto} with the
 * operations in field 1 and the initialisers in field 5.
 */
public final class OnnxFile implements TensorFile {
  private static final int GRAPH = 7;
  private static final int NODE = 1;
  private static final int INITIALIZER = 5;
  private static final int MOST_TENSORS = 1_000_000;
  private static final String REMEDY = "give a sound ONNX file with its weights inside";

  private final MappedFile file;
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
  private final OnnxGraph graph = new OnnxGraph();

  OnnxFile(MappedFile file) throws IOException {
    this.file = file;
    try {
      var model = new ProtobufReader(file.bytes());
      while (model.next()) {
        if (model.is(GRAPH, Wire.BYTES)) {
          readGraph(new ProtobufReader(model.content()));
        }
      }
      nameProducts();
    } catch (ProtobufException e) {
      throw fault(e);
    }
  }

  private void readGraph(ProtobufReader in) throws ProtobufException {
    while (in.next()) {
      if (in.is(INITIALIZER, Wire.BYTES)) {
        var tensor = OnnxTensor.of(in.content());
        if (tensors.putIfAbsent(tensor.name(), tensor) != null || tensors.size() > MOST_TENSORS) {
          throw new ProtobufException(
              "the tensor " + quote(tensor.name()) + " occurs twice, or is one too many");
        }
        graph.addConstant(tensor.name(), tensor);
      } else if (in.is(NODE, Wire.BYTES)) {
        graph.add(in.content());
      }
    }
  }

  /** Parameters have dots in their names, what an exporter has made has none. */
  private void nameProducts() {
    graph
        .productWeights()
        .forEach((name, meant) -> {
          OnnxTensor tensor = tensors.get(name);
          boolean known = tensor == null || name.contains(".") || tensors.containsKey(meant);
          if (!known && tensor.isMatrix()) {
            tensors.remove(name);
            tensors.put(meant, tensor.transposed(meant));
          }
        });
  }

  /** What the file computes, as far as it tells what the weights are. */
  public OnnxGraph graph() {
    return graph;
  }

  /**
   * Opens a file and lists its initialisers.
   *
   * @throws FileFormatException if it is damaged, or keeps its weights elsewhere
   */
  public static OnnxFile open(Path file) throws IOException {
    return MappedFile.open(file, OnnxFile::new);
  }

  @Override
  public Path file() {
    return file.path();
  }

  @Override
  public List<? extends Entry> entries() {
    return List.copyOf(tensors.values());
  }

  @Override
  public Optional<? extends Entry> entry(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** None that concern weights. */
  @Override
  public Map<String, String> metadata() {
    return Map.of();
  }

  @Override
  public List<String> notes() {
    return List.of();
  }

  @Override
  public Tensor tensor(String name) throws IOException {
    OnnxTensor tensor = wanted(name);
    if (tensor.type().readAs().isEmpty()) {
      throw fault(new ProtobufException(tensor + " is of a type that cannot be read"));
    }
    try {
      return tensor.transposed()
          ? Tensor.of(tensor.shape(), tensor.floats())
          : Elements.tensor(tensor.plain(), tensor.type(), tensor.shape());
    } catch (Elements.NotBoolean wrong) {
      throw new FileFormatException(
          file.path(), "tensor " + quote(name) + ": " + wrong.getMessage(), REMEDY, wrong);
    } catch (ProtobufException e) {
      throw fault(e);
    } catch (InternalError fault) {
      throw MappedFile.shrunk(file.path(), fault);
    }
  }

  @Override
  public float[] floats(String name) throws IOException {
    OnnxTensor tensor = wanted(name);
    if (!tensor.type().isFloating()) {
      throw fault(new ProtobufException(tensor + " is not of a floating type"));
    }
    try {
      return tensor.floats();
    } catch (ProtobufException e) {
      throw fault(e);
    } catch (InternalError fault) {
      throw MappedFile.shrunk(file.path(), fault);
    }
  }

  @Override
  public void close() {
    file.close();
  }

  private OnnxTensor wanted(String name) throws FileFormatException {
    OnnxTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw fault(new ProtobufException("there is no tensor " + quote(name)));
    }
    return tensor;
  }

  private FileFormatException fault(ProtobufException e) {
    return new FileFormatException(file.path(), e.getMessage(), REMEDY, e);
  }
}
