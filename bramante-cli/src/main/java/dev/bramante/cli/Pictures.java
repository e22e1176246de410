package dev.bramante.cli;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import dev.bramante.experiments.Chart;
import dev.bramante.experiments.HeatMap;
import dev.bramante.experiments.Picture;
import dev.bramante.io.AtomicFile;
import java.awt.AWTError;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what a run has learnt, as SVG. Needs no display, but a font. */
final class Pictures {
  private static final int PANEL_WIDTH = 520;
  private static final int PANEL_HEIGHT = 380;

  /** Less than a cell, so that each class has its name. */
  private static final int TICK = 24;

  private static final Color TRAINING = new Color(0x88, 0x88, 0x88);
  private static final Color VALIDATION = new Color(0x1f, 0x5f, 0xbf);

  /** Told apart also by those who see few colours. */
  private static final List<Color> COLORS =
      List.of(
          VALIDATION,
          new Color(0xd5, 0x5e, 0x00),
          new Color(0x00, 0x9e, 0x73),
          TRAINING,
          new Color(0xcc, 0x79, 0xa7),
          new Color(0xe6, 0x9f, 0x00));

  private static final Color GRID = new Color(0xe4, 0xe4, 0xe4);

  private Pictures() {}

  /**
   * One quantity over the epochs.
   *
   * @param title what it is
   * @param training its values on the training data, an epoch each; none if unknown
   * @param validation its values on data that the training doesn't see
   */
  record Curve(String title, double[] training, double[] validation) {}

  /** What draws. */
  @FunctionalInterface
  interface Drawing {
    /** Draws, and writes what is drawn. */
    void draw() throws IOException;
  }

  /** Draws; where the machine cannot, a warning says why, and all else is as good. */
  static void warnWhereNothingCanBeDrawn(PrintWriter warnings, Drawing drawing) throws IOException {
    try {
      drawing.draw();
    } catch (RuntimeException | LinkageError | AWTError | InternalError e) {
      // Without a font or its native library the JDK fails in all of these ways.
      warnings.printf(
          "bramante: no pictures, since this machine cannot draw text (%s); "
              + "installing fontconfig and a font helps, on Debian fonts-dejavu-core%n",
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /** Draws curves side by side. */
  static void curves(Path file, double[] epochs, List<Curve> curves) throws IOException {
    sideBySide(file, curves.stream().<Panel>map(curve -> panel(epochs, curve)::paint).toList());
  }

  /** Draws what an experiment found, side by side. */
  static void draw(Path file, List<Picture> pictures) throws IOException {
    sideBySide(file, pictures.stream().map(Pictures::panel).toList());
  }

  /** Something that is painted into a rectangle. */
  @FunctionalInterface
  private interface Panel {
    void paint(Graphics2D graphics, int width, int height);
  }

  private static Panel panel(Picture picture) {
    return switch (picture) {
      case Chart chart -> lines(chart)::paint;
      case HeatMap map -> cells(map)::paint;
    };
  }

  private static void sideBySide(Path file, List<Panel> panels) throws IOException {
    var graphics = new VectorGraphics2D();
    for (Panel panel : panels) {
      panel.paint(graphics, PANEL_WIDTH, PANEL_HEIGHT);
      graphics.translate(PANEL_WIDTH, 0);
    }
    write(file, graphics, PANEL_WIDTH * panels.size(), PANEL_HEIGHT);
  }

  /**
   * Draws how often each class was taken for each other.
   *
   * @param counts by true class, then by predicted class
   */
  static void confusion(Path file, int[][] counts, List<String> classes) throws IOException {
    int side = 240 + 56 * classes.size();
    var graphics = new VectorGraphics2D();
    confusionChart(counts, classes, side).paint(graphics, side, side);
    write(file, graphics, side, side);
  }

  private static XYChart panel(String title, String across, String up) {
    XYChart chart =
        new XYChartBuilder()
            .width(PANEL_WIDTH)
            .height(PANEL_HEIGHT)
            .title(title)
            .xAxisTitle(across)
            .yAxisTitle(up)
            .build();
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    style.setPlotGridLinesColor(GRID).setLegendBorderColor(Color.WHITE);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    return chart;
  }

  private static XYChart lines(Chart chart) {
    XYChart panel = panel(chart.title(), chart.across(), chart.up());
    panel.getStyler().setXAxisLogarithmic(chart.logAcross());
    panel.getStyler().setYAxisLogarithmic(chart.logUp());
    for (int i = 0; i < chart.lines().size(); i++) {
      Chart.Line line = chart.lines().get(i);
      line(panel, line.name(), line.x(), line.y(), COLORS.get(i % COLORS.size()));
    }
    return panel;
  }

  private static XYChart panel(double[] epochs, Curve curve) {
    XYChart chart = panel(curve.title(), "epoch", "");
    if (curve.training().length > 0) {
      line(chart, "training", epochs, curve.training(), TRAINING);
    }
    line(chart, "validation", epochs, curve.validation(), VALIDATION);
    return chart;
  }

  private static void line(XYChart chart, String name, double[] x, double[] y, Color color) {
    var series = chart.addSeries(name, x, y);
    series.setLineColor(color);
    series.setLineStyle(new BasicStroke(2));
    series.setMarker(x.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    series.setMarkerColor(color);
  }

  private static HeatMapChart confusionChart(int[][] counts, List<String> classes, int side) {
    double[][] values =
        Stream.of(counts)
            .map(row -> IntStream.of(row).asDoubleStream().toArray())
            .toArray(double[][]::new);
    HeatMapChart chart =
        cells(new HeatMap("confusion", "predicted", "true", classes, classes, values), side, side);
    var style = chart.getStyler();
    style.setShowValue(true).setDrawBorder(true).setHeatMapValueDecimalPattern("0");
    style.setValueFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    style.setRangeColors(new Color[] {Color.WHITE, new Color(0x7f, 0xaf, 0xe8)});
    return chart;
  }

  private static HeatMapChart cells(HeatMap map) {
    HeatMapChart chart = cells(map, PANEL_WIDTH, PANEL_HEIGHT);
    chart.getStyler().setRangeColors(new Color[] {Color.WHITE, VALIDATION});
    return chart;
  }

  private static HeatMapChart cells(HeatMap map, int width, int height) {
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(width)
            .height(height)
            .title(map.title())
            .xAxisTitle(map.across())
            .yAxisTitle(map.up())
            .build();
    var style = chart.getStyler();
    style.setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    style.setLegendVisible(false);
    style.setXAxisLabelRotation(45);
    style.setXAxisTickMarkSpacingHint(TICK).setYAxisTickMarkSpacingHint(TICK);
    int rows = map.rows().size();
    // The chart's y axis points up, and the first row belongs at the top.
    List<Number[]> cells =
        IntStream.range(0, rows)
            .boxed()
            .flatMap(row ->
                IntStream.range(0, map.columns().size())
                    .mapToObj(
                        column -> new Number[] {column, rows - 1 - row, map.values()[row][column]}))
            .toList();
    chart.addSeries("cells", map.columns(), map.rows().reversed(), cells);
    return chart;
  }

  private static void write(Path file, Graphics2D graphics, int width, int height)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    Processors.get("svg")
        .getDocument(((VectorGraphics2D) graphics).getCommands(), new PageSize(0, 0, width, height))
        .writeTo(bytes);
    AtomicFile.write(file, bytes.toByteArray());
  }
}
