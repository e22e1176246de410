package dev.bramante.cli;

import dev.bramante.io.SafeTensors;
import dev.bramante.io.StorageType;
import dev.bramante.io.TorchFile;
import dev.bramante.models.Models;
import dev.bramante.pretrained.Naming;
import dev.bramante.pretrained.WeightsFile;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes weights in another format. */
@Command(
    name = "convert",
    description = "Convert weights: safetensors, PyTorch's .pth, or a run's folder.",
    footer = {
      "",
      "The ending of OUT tells its format: .safetensors, .pth or .pt. Names, shapes and values stay;",
      "numbers of 16 bits (IEEE) and 64 bits become float32, and --names gives those of others to a",
      "Vision Transformer. PyTorch reads the result by",
      "torch.load(OUT, weights_only=True) or safetensors.torch.load_file(OUT)."
    })
final class ConvertCommand extends BaseCommand {
  @Parameters(index = "0", paramLabel = "IN", description = "A file, or a run's folder.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Check that names and shapes are those of this model.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting of the model, as classes=10; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Where in a training checkpoint the weights are (default: they are found).")
  private Optional<String> key = Optional.empty();

  @Option(
      names = "--names",
      paramLabel = "NAMES",
      description =
          "Whose names to use: timm, huggingface or torchvision, of a Vision Transformer"
              + " (default: the file's).")
  private Optional<String> names = Optional.empty();

  @Mixin private ProgressMixin progress;

  private enum Format {
    SAFETENSORS,
    TORCH
  }

  @Override
  public Integer call() throws Exception {
    Format format = format();
    Map<String, Tensor> tensors;
    Map<String, String> metadata = new TreeMap<>();
    try (var shown = progress.on(err());
        var file = WeightsFile.open(in, key)) {
      shown.begin("reading");
      check(file);
      tensors = tensors(file);
      metadata.putAll(file.metadata());
      shown.begin("writing");
      write(format, tensors, metadata);
      shown.end();
      file.notes().forEach(note -> err().println("note: " + note));
      widened(file)
          .forEach((type, count) ->
              err()
                  .println(
                      "note: "
                          + count
                          + " tensors of "
                          + type
                          + " are written as "
                          + type.readAs().orElseThrow()));
    }
    long bytes =
        tensors.values().stream().mapToLong(t -> (long) t.shape().size() * t.dtype().bytes()).sum();
    out().printf("%s: %,d tensors, %s%n", out, tensors.size(), Figures.bytes(bytes));
    return 0;
  }

  private Format format() {
    String name = String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors")) {
      return Format.SAFETENSORS;
    }
    if (name.endsWith(".pth") || name.endsWith(".pt")) {
      return Format.TORCH;
    }
    throw new CommandException(out + " has no known ending: .safetensors, .pth or .pt");
  }

  private void check(WeightsFile file) throws IOException {
    if (model.isPresent()) {
      file.compare(Models.create(model.get(), settings).parameters()).orThrow();
    }
  }

  private Map<String, Tensor> tensors(WeightsFile file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    if (names.isPresent()) {
      for (String name : file.names()) {
        tensors.put(name, file.tensor(name));
      }
      return Naming.renamed(names.get(), tensors);
    }
    for (String name : file.plain().keySet()) {
      tensors.put(name, file.plain(name));
    }
    return tensors;
  }

  /** How many tensors of a type were read as another. */
  private static Map<StorageType, Integer> widened(WeightsFile file) {
    Map<StorageType, Integer> counts = new TreeMap<>();
    for (var entry : file.plain().values()) {
      StorageType type = entry.type();
      if (type != StorageType.of(type.readAs().orElseThrow())) {
        counts.merge(type, 1, Integer::sum);
      }
    }
    return counts;
  }

  private void write(Format format, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    switch (format) {
      case TORCH -> TorchFile.write(out, tensors);
      case SAFETENSORS -> {
        metadata.put("format", "pt"); // without which some readers refuse the file
        SafeTensors.write(out, tensors, metadata);
      }
    }
  }
}
