package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From folders of pictures to an answer. */
class PictureRunTest {
  private static final int RED = 0xC03030;
  private static final int BLUE = 0x3030C0;

  @TempDir private static Path folder;

  /** Reds and blues of all brightnesses, and one file that is no picture. */
  @BeforeAll
  static void train() throws IOException {
    for (int i = 0; i < 24; i++) {
      paint("data/red/" + i + ".png", RED, 20 + i, 40);
      paint("data/blue/" + i + ".png", BLUE, 40, 20 + i);
    }
    Files.writeString(folder.resolve("data/red/broken.png"), "no picture");
    Outcome trained = train("run");
    assertEquals(0, trained.status(), trained.err());
    String broken = folder.resolve("data/red/broken.png").toString();
    assertTrue(trained.err().contains("skipped: " + broken + ": this is no image"), trained.err());
    assertTrue(trained.out().contains("broken   1 pictures were skipped"), trained.out());
  }

  private static Outcome train(String name, String... options) {
    String data = folder.resolve("data").toString();
    String out = folder.resolve(name).toString();
    String[] args = {
      "train",
      "lenet",
      "--data",
      data,
      "--out",
      out,
      "--set",
      "epochs=40",
      "--set",
      "channels=3",
      "--set",
      "batch=8",
      "--set",
      "crop=0.5",
      "--set",
      "jitter=0.1"
    };
    String[] all = new String[args.length + options.length];
    System.arraycopy(args, 0, all, 0, args.length);
    System.arraycopy(options, 0, all, args.length, options.length);
    return Outcome.of(all);
  }

  private static Path paint(String name, int color, int width, int height) throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, color + 0x010101 * ((x + y) % 32));
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void measuresOnItsOwnTestPart() {
    String run = folder.resolve("run").toString();
    Outcome outcome = Outcome.of("eval", run, "--json");
    assertEquals(0, outcome.status(), outcome.err());
    var answer = JsonParser.parseString(outcome.out()).getAsJsonObject();
    assertTrue(answer.get("accuracy").getAsDouble() >= 0.8, outcome.out());
  }

  @Test
  void tellsRedFromBlue() throws IOException {
    Path picture = paint("unseen.bmp", BLUE, 61, 33);
    Outcome outcome =
        Outcome.of("predict", folder.resolve("run").toString(), picture.toString(), "--top", "1");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().startsWith(picture + ": blue "), outcome.out());
  }

  @Test
  void trainsOnMixedAndErasedPictures() {
    Outcome outcome =
        train(
            "mixed",
            "--set",
            "epochs=2",
            "--set",
            "mixup=0.2",
            "--set",
            "cutmix=1",
            "--set",
            "erasing=0.3");
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(outcome.out().contains("test     accuracy"), outcome.out());
  }

  @Test
  void refusesABrokenPictureToPredict() throws IOException {
    String broken = folder.resolve("data/red/broken.png").toString();
    Outcome outcome = Outcome.of("predict", folder.resolve("run").toString(), broken);
    assertEquals(1, outcome.status());
    assertEquals(
        "bramante: "
            + broken
            + ": this is no image; JPEG, PNG, BMP, GIF and WebP are read"
            + System.lineSeparator(),
        outcome.err());
  }

  @Test
  void stopsAtABrokenPictureIfStrict() {
    Outcome outcome = train("strict", "--strict");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.err().startsWith("bramante: " + folder.resolve("data/red/broken.png")),
        outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
  }

  @Test
  void refusesOtherClasses() throws IOException {
    paint("other/green/1.png", 0x30C030, 30, 30);
    paint("other/red/1.png", RED, 30, 30);
    Outcome outcome =
        Outcome.of(
            "eval", folder.resolve("run").toString(), "--data", folder.resolve("other").toString());
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("has the class \"green\", which the network"), outcome.err());
  }
}
