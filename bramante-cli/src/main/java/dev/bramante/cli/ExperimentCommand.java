package dev.bramante.cli;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.bramante.experiments.Experiment;
import dev.bramante.experiments.Experiments;
import dev.bramante.experiments.Findings;
import dev.bramante.io.AtomicFile;
import dev.bramante.train.RunFolder;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries out a claim of the chapter. */
@Command(
    name = "experiment",
    description = "Try out a claim of the chapter; without a name, list what there is.",
    footer = {
      "",
      "The output folder gets the table as NAME.csv and its picture as NAME.svg. Without a name,",
      "the experiments are listed with what they claim and their settings."
    })
final class ExperimentCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The experiment.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The output folder (default: runs/NAME-1, -2, ...).")
  private Optional<Path> out = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change a setting of the experiment; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  private record Answer(
      String name,
      String claim,
      Map<String, String> settings,
      List<Map<String, String>> rows,
      List<String> conclusions) {}

  @Override
  public Integer call() throws Exception {
    if (name.isEmpty()) {
      Experiments.all().forEach(this::list);
      return 0;
    }
    Experiment experiment = Experiments.find(name.get());
    var chosen = experiment.defaults().with(settings);
    Path folder = out.orElseGet(() -> OutFolder.free(experiment.name()));
    new RunFolder(folder).requireNew();
    OutFolder.requireWritable(folder);
    Findings findings;
    try (var shown = progress.on(err())) {
      findings = experiment.run(chosen, engine.engine(), new Shown(shown));
    }
    Files.createDirectories(folder);
    Path table = folder.resolve(experiment.name() + ".csv");
    AtomicFile.write(table, csv(findings).getBytes(StandardCharsets.UTF_8));
    Pictures.warnWhereNothingCanBeDrawn(
        err(),
        () -> Pictures.draw(folder.resolve(experiment.name() + ".svg"), findings.pictures()));
    if (json.wanted()) {
      var rows = findings.rows().stream().map(row -> named(findings.header(), row)).toList();
      JsonMixin.print(
          out(),
          new Answer(
              experiment.name(),
              experiment.claim(),
              chosen.values(),
              rows,
              findings.conclusions()));
    } else {
      out().printf("%s%n%n", experiment.claim());
      print(findings);
      if (!findings.conclusions().isEmpty()) {
        out().println();
      }
      findings.conclusions().forEach(out()::println);
      out().printf("%nfolder   %s%n", folder);
    }
    return 0;
  }

  /** Shows the tasks of an experiment as details of one bar. */
  private static final class Shown implements Experiment.Listener {
    private final Progress progress;
    private boolean begun;

    Shown(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void at(String what, long done, long total) {
      if (!begun) {
        begun = true;
        progress.begin("experiment", total);
      }
      progress.details(what);
      progress.at(done);
    }
  }

  private void list(Experiment experiment) {
    out()
        .printf(
            "%-14s %s%n%-14s %s%n",
            experiment.name(), experiment.claim(), "", experiment.defaults().values());
  }

  private static Map<String, String> named(List<String> header, List<String> row) {
    var cells = new LinkedHashMap<String, String>();
    for (int i = 0; i < header.size(); i++) {
      cells.put(header.get(i), row.get(i));
    }
    return cells;
  }

  private static String csv(Findings findings) throws IOException {
    var text = new StringWriter();
    try (var writer = CsvWriter.builder().build(text)) {
      writer.writeRecord(findings.header());
      findings.rows().forEach(writer::writeRecord);
    }
    return text.toString();
  }

  private void print(Findings findings) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(findings.header());
    lines.addAll(findings.rows());
    int[] widths =
        IntStream.range(0, findings.header().size())
            .map(column ->
                lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0))
            .toArray();
    for (List<String> line : lines) {
      var text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        text.append(i == 0 ? "" : "  ").append(padded(line.get(i), widths[i]));
      }
      out().println(text.toString().stripTrailing());
    }
  }

  /** Numbers to the right, words to the left. */
  private static String padded(String cell, int width) {
    String space = " ".repeat(width - cell.length());
    return cell.matches("[-+.\\deE]+") ? space + cell : cell + space;
  }
}
