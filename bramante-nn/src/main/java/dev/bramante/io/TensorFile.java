package dev.bramante.io;

import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An open file of named tensors, of whatever format. Tensors are copied out one by one when they
 * are asked for, and stay valid when the file is closed.
 */
public interface TensorFile extends AutoCloseable {
  /** One tensor of a file. */
  interface Entry {
    /** Its name. */
    String name();

    /** Its element type in the file. */
    StorageType type();

    /** Its shape. */
    Shape shape();
  }

  /**
   * Opens a file of any format that is known, by its content.
   *
   * @param key where in a training checkpoint of PyTorch the weights are, as {@code model.ema};
   *     empty to find them
   * @throws FileFormatException if the file is damaged, of no known format, or holds more than
   *     weights
   */
  static TensorFile open(Path file, Optional<String> key) throws IOException {
    return switch (FileFormat.of(file)) {
      case TORCH, TORCH_LEGACY -> TorchFile.open(file, key);
      case SAFETENSORS -> {
        requireNone(file, key);
        yield SafeTensors.open(file);
      }
      case ONNX -> {
        requireNone(file, key);
        yield OnnxFile.open(file);
      }
    };
  }

  private static void requireNone(Path file, Optional<String> key) throws FileFormatException {
    if (key.isPresent()) {
      throw new FileFormatException(
          file, "the file has no parts to choose from", "leave the key out");
    }
  }

  /** The file. */
  Path file();

  /** The tensors in the order of the file. */
  List<? extends Entry> entries();

  /** The tensor of that name, if there is one. */
  Optional<? extends Entry> entry(String name);

  /** Strings kept with the tensors; none where the format has no place for them. */
  Map<String, String> metadata();

  /** What was found or left out while the file was opened, in words. */
  List<String> notes();

  /**
   * Reads a tensor as the type that {@link StorageType#readAs} tells.
   *
   * @throws FileFormatException if there is no such tensor or its type cannot be read
   */
  Tensor tensor(String name) throws IOException;

  /**
   * Reads a tensor of any floating type as single precision: BF16 and F16 exactly, F64 rounded.
   *
   * @throws FileFormatException if there is no such tensor or it is not floating
   */
  float[] floats(String name) throws IOException;

  /** All tensors, as {@link #tensor} gives them. */
  default Map<String, Tensor> tensors() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (var entry : entries()) {
      tensors.put(entry.name(), tensor(entry.name()));
    }
    return tensors;
  }

  @Override
  void close();
}
