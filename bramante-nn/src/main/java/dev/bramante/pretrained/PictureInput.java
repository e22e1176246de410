package dev.bramante.pretrained;

import dev.bramante.data.Normalization;
import dev.bramante.data.image.CenterCrop;
import dev.bramante.data.image.ImageTransform;
import dev.bramante.data.image.Resampling;
import dev.bramante.data.image.Resize;
import dev.bramante.data.image.ResizeShorter;
import dev.bramante.io.FileFormatException;
import dev.bramante.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * What a network expects of a picture, as {@code preprocessor_config.json} of Hugging Face says it.
 *
 * @param view makes a square of a picture
 * @param normalization what is done to its pixels, which are in [0, 1]
 */
public record PictureInput(ImageTransform view, Normalization normalization) {
  private static final int LARGEST = 1 << 14;
  private static final float HALF = 0.5f;

  /**
   * Reads the file of a model's folder; what the first Vision Transformers expect if there is none.
   *
   * @param side of the network's pictures
   * @param channels of them
   * @throws FileFormatException if it asks for what isn't known
   */
  public static PictureInput read(Path folder, int side, int channels) throws IOException {
    Path file = folder.resolve("preprocessor_config.json");
    if (!Files.exists(file)) {
      return new PictureInput(
          new Resize(side, Resampling.BILINEAR), normalization(channels, HALF, HALF));
    }
    Json config = Json.read(file);
    return new PictureInput(view(config, side), normalization(config, channels));
  }

  private static ImageTransform view(Json config, int side) throws FileFormatException {
    int code = config.has("resample") ? config.get("resample").integer(0, 5) : 2;
    Resampling filter =
        switch (code) {
          case 2 -> Resampling.BILINEAR;
          case 3 -> Resampling.BICUBIC;
          default ->
              throw config
                  .get("resample")
                  .wrong("%d is unknown".formatted(code), "known are 2, bilinear, and 3, bicubic");
        };
    int shorter = shorter(config);
    if (shorter == 0 && !config.bool("do_center_crop", false)) {
      return new Resize(side, filter);
    }
    int crop = config.has("crop_size") ? side(config.get("crop_size"), side) : side;
    int scaled = Math.max(side, Math.round((float) Math.max(shorter, crop) * side / crop));
    return new ResizeShorter(scaled, filter).then(new CenterCrop(side));
  }

  /** The length of the shorter side before a square is cut out; 0 if none is. */
  private static int shorter(Json config) throws FileFormatException {
    if (!config.has("size")) {
      return 0;
    }
    Json size = config.get("size");
    if (size.isObject()) {
      return size.has("shortest_edge") ? size.get("shortest_edge").integer(1, LARGEST) : 0;
    }
    return config.bool("do_center_crop", false) ? size.integer(1, LARGEST) : 0;
  }

  private static int side(Json size, int otherwise) throws FileFormatException {
    if (!size.isObject()) {
      return size.integer(1, LARGEST);
    }
    return size.has("height") ? size.get("height").integer(1, LARGEST) : otherwise;
  }

  private static Normalization normalization(Json config, int channels) throws FileFormatException {
    if (!config.bool("do_normalize", true)) {
      return normalization(channels, 0, 1);
    }
    try {
      float[] mean = numbers(config, "image_mean", channels);
      return new Normalization(mean, numbers(config, "image_std", channels));
    } catch (IllegalArgumentException impossible) {
      throw config.wrong(impossible.getMessage());
    }
  }

  private static float[] numbers(Json config, String key, int channels) throws FileFormatException {
    float[] numbers = new float[channels];
    if (!config.has(key)) {
      Arrays.fill(numbers, HALF);
      return numbers;
    }
    List<Json> elements = config.get(key).elements();
    if (elements.size() != channels) {
      throw config
          .get(key)
          .wrong("%d numbers, the network has %d colours".formatted(elements.size(), channels));
    }
    for (int i = 0; i < channels; i++) {
      numbers[i] = (float) elements.get(i).number();
    }
    return numbers;
  }

  private static Normalization normalization(int channels, float mean, float deviation) {
    float[] means = new float[channels];
    float[] deviations = new float[channels];
    Arrays.fill(means, mean);
    Arrays.fill(deviations, deviation);
    return new Normalization(means, deviations);
  }
}
