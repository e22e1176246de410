package dev.bramante.cli;

import dev.bramante.models.BertSentenceEncoder.Pooling;
import dev.bramante.pretrained.SentenceEncoder;
import dev.bramante.pretrained.TextNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes vectors of texts. */
@Command(
    name = "embed",
    description = "Embed texts: vectors that are near each other where the meaning is.",
    footer = {
      "",
      "The model is a BERT in a folder as Hugging Face's libraries keep it, or an ONNX file and a",
      "tokenizer in a folder, zip or jar. Each text gives a line of numbers; lines of standard input",
      "are texts where none is given. Example:",
      "  ./bramante embed --model all-MiniLM-L6-v2 --cosines \"The cat sits outside\" \"A dog barks\""
    })
final class EmbedCommand extends BaseCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|JAR",
      description = "The model and its tokenizer.")
  private Path place;

  @Parameters(paramLabel = "TEXT", description = "Texts, or - for the lines of standard input.")
  private List<String> texts = List.of();

  @Option(
      names = "--pool",
      paramLabel = "mean|cls",
      description = "How a text's vector comes from its tokens' (default: as the model says).")
  private Optional<Pooling> pooling = Optional.empty();

  @Option(
      names = "--no-normalize",
      description = "Leave vectors as long as they are; otherwise they have the length 1.")
  private boolean plain;

  @Option(
      names = "--cosines",
      description = "Show the cosine of each two texts' vectors instead of the vectors.")
  private boolean cosines;

  @Option(names = "--truncate", description = "Cut texts that are too long at the end.")
  private boolean truncate;

  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  /** A text and what became of it. */
  private record Embedded(String text, int[] ids, float[] vector) {}

  /** The answer for other programs. */
  private record Answer(int width, List<Embedded> texts, float[][] cosines) {}

  @Override
  public Integer call() throws IOException {
    List<String> all = TextArguments.read(texts);
    List<int[]> ids = new ArrayList<>();
    float[][] vectors;
    try (var shown = progress.on(err())) {
      shown.begin("reading the model");
      var encoder = SentenceEncoder.open(place, pooling, !plain);
      var network = new TextNetwork(engine.engine(), encoder.model(), encoder.values());
      for (String text : all) {
        ids.add(TextArguments.ids(encoder.tokenizer(), text, network.positions(), truncate));
      }
      shown.begin("embedding", all.size());
      vectors = network.run(ids, shown::at);
    }
    print(all, ids, vectors);
    return 0;
  }

  private void print(List<String> all, List<int[]> ids, float[][] vectors) {
    float[][] matrix = cosines ? cosines(vectors) : new float[0][];
    if (json.wanted()) {
      var embedded =
          IntStream.range(0, vectors.length)
              .mapToObj(i -> new Embedded(all.get(i), ids.get(i), vectors[i]))
              .toList();
      JsonMixin.print(out(), new Answer(vectors[0].length, embedded, matrix));
    } else if (cosines) {
      Arrays.stream(matrix).map(row -> line(row, "%8.5f")).forEach(out()::println);
    } else {
      Arrays.stream(vectors).map(row -> line(row, "%.8f")).forEach(out()::println);
    }
  }

  private static String line(float[] row, String format) {
    return IntStream.range(0, row.length)
        .mapToObj(i -> String.format(Locale.ROOT, format, row[i]))
        .collect(Collectors.joining(" "));
  }

  private static float[][] cosines(float[][] vectors) {
    int n = vectors.length;
    float[][] cosines = new float[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double lengths = Math.sqrt(dot(vectors[i], vectors[i]) * dot(vectors[j], vectors[j]));
        cosines[i][j] = (float) (dot(vectors[i], vectors[j]) / Math.max(lengths, 1e-24));
      }
    }
    return cosines;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
