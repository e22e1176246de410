package dev.bramante.cli;

import dev.bramante.train.Measures;
import java.util.List;
import java.util.stream.IntStream;

/** How good a classifier is, for people and for other programs. */
record ClassAnswer(
    String run,
    String data,
    int count,
    double loss,
    double accuracy,
    double top5,
    List<OfClass> classes) {
  /** How good it is at one class. */
  record OfClass(String name, int count, double recall, double precision) {}

  static ClassAnswer of(String run, String data, Measures measures, List<String> classes) {
    return new ClassAnswer(
        run,
        data,
        measures.count(),
        measures.loss(),
        measures.top1(),
        measures.top5(),
        byClass(measures.confusion(), classes));
  }

  private static List<OfClass> byClass(int[][] confusion, List<String> classes) {
    return IntStream.range(0, classes.size())
        .mapToObj(c -> {
          int count = IntStream.of(confusion[c]).sum();
          int answered = IntStream.range(0, confusion.length).map(r -> confusion[r][c]).sum();
          double hits = confusion[c][c];
          return new OfClass(
              classes.get(c), count, hits / Math.max(1, count), hits / Math.max(1, answered));
        })
        .toList();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    text.append("data      %s, %,d samples%n".formatted(data, count));
    text.append(
        "accuracy  %s (among the first five: %s)%n"
            .formatted(Figures.percent(accuracy), Figures.percent(top5)));
    text.append("loss      %.4f%n%n".formatted(loss));
    int width = classes.stream().mapToInt(c -> c.name().length()).max().orElse(0);
    String row = "%-" + Math.max(5, width) + "s  %8s  %9s  %9s%n";
    text.append(row.formatted("class", "samples", "recall", "precision"));
    for (OfClass c : classes) {
      text.append(
          row.formatted(
              c.name(),
              "%,d".formatted(c.count()),
              Figures.percent(c.recall()),
              Figures.percent(c.precision())));
    }
    return text.toString();
  }
}
