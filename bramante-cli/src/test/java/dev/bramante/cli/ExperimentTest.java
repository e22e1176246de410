package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.bramante.experiments.Experiments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The experiments on settings so small that they take a moment. */
class ExperimentTest {
  @TempDir private Path folder;

  private Outcome run(String name, String... settings) {
    var words = new ArrayList<>(List.of("experiment", name, "--json", "--out"));
    words.add(folder.resolve("out").toString());
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    return Outcome.of(words.toArray(String[]::new));
  }

  private JsonArray rows(Outcome outcome) throws IOException {
    assertEquals(0, outcome.status(), outcome.err());
    assertEquals("", outcome.err());
    JsonObject answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
    String name = answer.get("name").getAsString();
    JsonArray rows = answer.getAsJsonArray("rows");
    Path out = folder.resolve("out");
    assertEquals(rows.size() + 1, Files.readAllLines(out.resolve(name + ".csv")).size());
    String picture = Files.readString(out.resolve(name + ".svg"));
    assertTrue(picture.contains("<svg") && picture.contains("</svg>"), name);
    return rows;
  }

  private static List<JsonObject> where(JsonArray rows, Predicate<JsonObject> condition) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.getAsJsonObject())
        .filter(condition)
        .toList();
  }

  @Test
  void approximationGrowsWithTheWidthUnlessTheActivationIsAPolynomial() throws IOException {
    JsonArray rows = rows(run("approximation", "widths=1,16", "steps=600", "seeds=1"));
    assertEquals(2 * 4 * 3, rows.size());
    for (String activation : List.of("relu", "tanh", "gelu", "square")) {
      List<JsonObject> waves =
          where(
              rows,
              row ->
                  row.get("function").getAsString().equals("wave")
                      && row.get("activation").getAsString().equals(activation));
      double narrow = waves.get(0).get("rms_error").getAsDouble();
      double wide = waves.get(1).get("rms_error").getAsDouble();
      assertEquals(activation.equals("square"), wide > 0.9 * narrow, waves.toString());
      assertEquals(49, waves.get(1).get("parameters").getAsInt());
    }
  }

  @Test
  void bottlenecksSaveParameters() throws IOException {
    JsonArray rows =
        rows(run("bottleneck", "channels=8,16", "reductions=1,4", "image=4", "repetitions=1"));
    assertEquals(4, rows.size());
    List<JsonObject> of16 = where(rows, row -> row.get("channels").getAsInt() == 16);
    // Two convolutions of 3×3 and their norms; or to 4 channels, among them, and back.
    assertEquals(2 * 9 * 16 * 16 + 4 * 16, of16.get(0).get("parameters").getAsInt());
    assertEquals(
        2 * 16 * 4 + 9 * 4 * 4 + 2 * (4 + 4 + 16), of16.get(1).get("parameters").getAsInt());
  }

  @Test
  void depthMakesGradientsOfUnequalSizeInPlainNetworks() throws IOException {
    JsonArray rows = rows(run("depth", "layers=20,32", "steps=2", "batch=4"));
    assertEquals(4, rows.size());
    double[] ratios =
        where(rows, row -> true).stream()
            .mapToDouble(row ->
                row.get("gradient_first").getAsDouble() / row.get("gradient_last").getAsDouble())
            .toArray();
    assertTrue(ratios[2] > 2 * ratios[3], "plain32 " + ratios[2] + ", resnet32 " + ratios[3]);
  }

  @Test
  void laterTokensChangeNothingEarlier() throws IOException {
    JsonArray rows =
        rows(run("causal", "lengths=4,9", "width=16", "layers=2", "heads=2", "repetitions=1"));
    for (JsonObject row : where(rows, row -> true)) {
      assertEquals(0, row.get("change_earlier").getAsDouble());
      assertTrue(row.get("change_later").getAsDouble() > 0, row.toString());
      assertEquals(
          row.get("loss_separate").getAsDouble(), row.get("loss_one_pass").getAsDouble(), 1e-5);
    }
  }

  @Test
  void lossesFallWithParametersAndTokens() throws IOException {
    Outcome outcome =
        run("scaling", "widths=16,32", "steps=16", "batch=4", "length=16", "measured=1000");
    JsonArray rows = rows(outcome);
    assertEquals(2 * 4, rows.size());
    // 12 times the square of the width in weights of each of three layers, and what is added.
    assertEquals(
        3 * (12 * 256 + 13 * 16) + 32, rows.get(0).getAsJsonObject().get("parameters").getAsInt());
    assertTrue(outcome.out().contains("by tokens:     loss = "), outcome.out());
  }

  @Test
  void attentionOfAVisionTransformerIsDrawn() throws IOException {
    String run = folder.resolve("vit").toString();
    Outcome trained =
        Outcome.of(
            "train",
            "vit",
            "--steps",
            "2",
            "--out",
            run,
            "--set",
            "layers=2",
            "--set",
            "batch=4",
            "--set",
            "width=16",
            "--set",
            "heads=2",
            "--set",
            "mlp=16");
    assertEquals(0, trained.status(), trained.err());
    JsonArray rows = rows(run("attention-map", "run=" + run, "images=3", "index=5"));
    assertEquals(2, rows.size());
    for (JsonObject row : where(rows, row -> true)) {
      double busier = row.get("busier_half").getAsDouble();
      assertTrue(busier > 0 && busier < 1, row.toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "aproximation  | steps=1       | did you mean \"approximation\"?",
        "approximation | width=1       | did you mean \"widths\"?",
        "approximation | widths=0      | must be at least 1",
        "bottleneck    | channels=6    | 4 does not divide 6",
        "depth         | layers=21     | unknown model \"plain21\"",
        "depth         | batch=0       | must be positive",
        "causal        | lengths=1     | lengths must be at least 2",
        "scaling       | widths=16,20  | widths must be multiples of 16, not 20",
        "scaling       | steps=9       | steps must be a multiple of 8",
        "attention-map | index=1       | whose attention? Give --set run=DIR",
        "attention-map | run=none      | none",
      })
  void refusesWhatItCannotDo(String name, String setting, String complaint) {
    Outcome outcome = run(name, setting);
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().startsWith("bramante: "), outcome.err());
    assertTrue(outcome.err().contains(complaint), outcome.err());
    assertTrue(Files.notExists(folder.resolve("out")));
  }

  @Test
  void listsWhatThereIs() {
    Outcome outcome = Outcome.of("experiment");
    assertEquals(0, outcome.status());
    Experiments.names().forEach(name -> assertTrue(outcome.out().contains(name), name));
  }

  @Test
  void leavesAFolderThatHoldsSomethingAlone() throws IOException {
    Files.createDirectories(folder.resolve("out").resolve("mine"));
    Outcome outcome = run("bottleneck");
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("the folder exists"), outcome.err());
  }
}
