package dev.bramante.data.image;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.InputFile;
import dev.bramante.io.Quote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * Reads JPEG, PNG, BMP, GIF (its first frame) and WebP as PIL's {@code convert("RGB")} does: what
 * is transparent shows the colour below, 16 bits become 8, colour profiles are not applied. The
 * orientation that a camera noted (EXIF) is applied. A file's name says nothing about its type.
 */
public final class ImageDecoder {
  /** As many as a photograph of today has; more would only be thrown away by scaling. */
  private static final int MAX_PIXELS = 64_000_000;

  /** What decoding takes at its peak: a raster of up to 8 bytes a pixel, and the result. */
  private static final int BYTES_PER_PIXEL = 12;

  /** Larger pictures are decoded one at a time, so that many threads don't need memory for all. */
  private static final int LARGE = 16_000_000;

  private static final Object ONE_LARGE = new Object();

  private static final long MAX_FILE = 256L << 20;

  private ImageDecoder() {}

  /**
   * Reads a file.
   *
   * @throws FileFormatException if it is no sound picture, or too large a one
   * @throws IOException if it cannot be read
   */
  public static RgbImage read(Path file) throws IOException {
    checkFile(file, InputFile.size(file));
    return read(Files.readAllBytes(file), file.toString());
  }

  /** Refuses a file for its size in bytes, before it is read; −1 for one that does not say. */
  static void checkFile(Object file, long size) throws FileFormatException {
    if (size < 0 || size > MAX_FILE) {
      throw new FileFormatException(
          file,
          size < 0 ? "it does not declare its size" : "the file has " + (size >> 20) + " MiB",
          "images of up to " + (MAX_FILE >> 20) + " MiB are read");
    }
  }

  /**
   * Reads the content of a file.
   *
   * @param content all bytes
   * @param name the name for messages
   * @throws FileFormatException if it is no sound picture, or too large a one
   */
  public static RgbImage read(byte[] content, String name) throws FileFormatException {
    long memory = Runtime.getRuntime().maxMemory() / 4 / BYTES_PER_PIXEL;
    return read(content, name, Math.min(MAX_PIXELS, memory));
  }

  /** Reads a picture of at most so many pixels. */
  static RgbImage read(byte[] content, String name, long mostPixels) throws FileFormatException {
    if (content.length == 0) {
      throw new FileFormatException(name, "the file is empty", "get it again");
    }
    ImageFormat format =
        ImageFormat.of(content)
            .orElseThrow(
                () -> new FileFormatException(name, "this is no image", ImageFormat.KNOWN));
    try {
      return decode(content, format, name, mostPixels);
    } catch (FileFormatException known) {
      throw known;
    } catch (IOException | RuntimeException broken) {
      // The decoders of the JDK meet damage with several kinds of unchecked exceptions.
      throw new FileFormatException(
          name,
          "the " + format + " image cannot be decoded: " + reason(broken),
          "get the file again, or leave it out",
          broken);
    }
  }

  private static String reason(Exception broken) {
    String message = broken.getMessage();
    return Quote.clean(
        message == null || message.isBlank() ? broken.getClass().getSimpleName() : message);
  }

  private static RgbImage decode(byte[] content, ImageFormat format, String name, long mostPixels)
      throws IOException {
    try (var in = new BytesImageStream(content)) {
      ImageReader reader = reader(format);
      try {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        checkSize(name, width, height, mostPixels);
        if ((long) width * height <= LARGE) {
          return pixels(reader, content, format);
        }
        synchronized (ONE_LARGE) {
          return pixels(reader, content, format);
        }
      } finally {
        reader.dispose();
      }
    }
  }

  private static RgbImage pixels(ImageReader reader, byte[] content, ImageFormat format)
      throws IOException {
    return switch (format) {
      case JPEG -> {
        JpegHeader header = JpegHeader.of(content);
        RgbImage image = JpegColors.convert(reader.readRaster(0, null), header);
        yield header.orientation().apply(image);
      }
      case PNG -> ExifChunk.ofPng(content).apply(Rasters.convert(reader.read(0)));
      case WEBP -> ExifChunk.ofWebp(content).apply(Rasters.convert(reader.read(0)));
      case BMP, GIF -> Rasters.convert(reader.read(0));
    };
  }

  /** The JDK's own decoder where it has one, so that pixels don't depend on the class path. */
  private static ImageReader reader(ImageFormat format) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.name());
    if (!readers.hasNext()) {
      throw new IOException("no decoder is on the class path");
    }
    ImageReader chosen = readers.next();
    while (readers.hasNext() && !chosen.getClass().getName().startsWith("com.sun.imageio.")) {
      chosen.dispose();
      chosen = readers.next();
    }
    return chosen;
  }

  private static void checkSize(String name, int width, int height, long most)
      throws FileFormatException {
    if (width < 1 || height < 1 || (long) width * height > most) {
      throw new FileFormatException(
          name,
          "the picture has " + width + " × " + height + " pixels",
          "at most " + most + " are read; scale it down");
    }
  }
}
