package dev.bramante.io;

import dev.bramante.io.pickle.Pickler;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;

/** Writes a state dict in the zip format of PyTorch. */
final class TorchWriter {
  private static final String FOLDER = "archive/";

  /** What headers of the zip file take, at most, beside a tensor's numbers and its name. */
  private static final int HEADERS = 1024;

  private TorchWriter() {}

  static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    requireRoom(file, tensors);
    byte[] pickle = pickle(tensors);
    AtomicFile.write(
        file,
        channel -> {
          var zip = new ZipWriter(channel);
          var buffer = TensorBytes.buffer();
          entry(zip, part -> AtomicFile.writeFully(channel, part), "data.pkl", pickle);
          entry(zip, part -> AtomicFile.writeFully(channel, part), "byteorder", ascii("little"));
          int key = 0;
          for (Tensor tensor : tensors.values()) {
            var crc = new CRC32();
            TensorBytes.each(tensor, buffer, crc::update);
            zip.begin(FOLDER + "data/" + key++, (int) crc.getValue(), bytes(tensor));
            TensorBytes.each(tensor, buffer, part -> AtomicFile.writeFully(channel, part));
          }
          entry(zip, part -> AtomicFile.writeFully(channel, part), "version", ascii("3\n"));
          zip.finish();
        });
  }

  private static void entry(ZipWriter zip, TensorBytes.Sink sink, String name, byte[] content)
      throws IOException {
    var crc = new CRC32();
    crc.update(content);
    zip.begin(FOLDER + name, (int) crc.getValue(), content.length);
    sink.take(ByteBuffer.wrap(content));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void requireRoom(Path file, Map<String, Tensor> tensors)
      throws FileFormatException {
    long size = HEADERS;
    for (var named : tensors.entrySet()) {
      size += bytes(named.getValue()) + HEADERS + 2L * named.getKey().length();
    }
    if (size > ZipWriter.MOST_BYTES || tensors.size() > 60_000) {
      throw new FileFormatException(
          file,
          "%d tensors of %d bytes are more than a plain zip file holds"
              .formatted(tensors.size(), size),
          "write safetensors instead");
    }
  }

  private static long bytes(Tensor tensor) {
    return (long) tensor.shape().size() * tensor.dtype().bytes();
  }

  /** An OrderedDict of tensors, each the whole of a storage. */
  private static byte[] pickle(Map<String, Tensor> tensors) {
    var pickler = new Pickler();
    ordered(pickler).begin();
    int key = 0;
    for (var named : tensors.entrySet()) {
      Tensor tensor = named.getValue();
      int[] dims = tensor.shape().dims();
      pickler.text(named.getKey()).global("torch._utils", "_rebuild_tensor_v2").begin();
      pickler.begin().text("storage").global("torch", storage(tensor.dtype()));
      pickler.text(Integer.toString(key++)).text("cpu").whole(tensor.shape().size());
      pickler.tuple().persistent().whole(0);
      numbers(pickler, dims);
      numbers(pickler, tensor.shape().strides());
      ordered(pickler.no()).tuple().call();
    }
    return pickler.entries().end();
  }

  private static Pickler ordered(Pickler pickler) {
    return pickler.global("collections", "OrderedDict").emptyTuple().call();
  }

  private static void numbers(Pickler pickler, int[] numbers) {
    pickler.begin();
    for (int number : numbers) {
      pickler.whole(number);
    }
    pickler.tuple();
  }

  private static String storage(DType dtype) {
    return switch (dtype) {
      case F32 -> "FloatStorage";
      case I32 -> "IntStorage";
      case I64 -> "LongStorage";
      case BOOL -> "BoolStorage";
      case BF16 -> "BFloat16Storage";
      case I8 -> "CharStorage";
    };
  }
}
