package dev.bramante.data.image;

import dev.bramante.data.Split;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Pictures of known classes, by number. What was decoded is kept as long as there is room, so that
 * small sets are decoded once. May be read by several threads.
 */
public final class ImageSource {
  private static final int SHARE_OF_MEMORY = 8;

  private final ImageFiles files;
  private final List<String> classes;
  private final List<String> paths;
  private final int[] targets;
  private final AtomicReferenceArray<RgbImage> kept;
  private final AtomicLong room;

  ImageSource(ImageFiles files, List<String> classes, List<String> paths, int[] targets) {
    this.files = files;
    this.classes = List.copyOf(classes);
    this.paths = List.copyOf(paths);
    this.targets = targets;
    this.kept = new AtomicReferenceArray<>(targets.length);
    this.room = new AtomicLong(Runtime.getRuntime().maxMemory() / SHARE_OF_MEMORY);
  }

  /** The number of pictures. */
  public int size() {
    return targets.length;
  }

  /** The names of the classes, in the order of their targets. */
  public List<String> classes() {
    return classes;
  }

  /** The class of a picture. */
  public int target(int index) {
    return targets[index];
  }

  /** The file of a picture, for messages. */
  public String name(int index) {
    return files.name(paths.get(index));
  }

  /**
   * Reads a picture.
   *
   * @throws dev.bramante.io.FileFormatException if it is broken
   * @throws IOException if its file cannot be read
   */
  public RgbImage read(int index) throws IOException {
    RgbImage known = kept.get(index);
    if (known != null) {
      return known;
    }
    RgbImage read = ImageDecoder.read(files.read(paths.get(index)), name(index));
    if (room.get() > 0 && room.addAndGet(-read.rgb().length) >= 0) {
      kept.set(index, read);
    }
    return read;
  }

  /**
   * Holds out a share of the pictures: which ones, depends on size, share and seed only.
   *
   * @throws IllegalArgumentException if one of the parts would be empty
   */
  public Parts split(double share, long seed) {
    Split.Indices indices = Split.indices(size(), share, seed);
    return new Parts(subset(indices.training()), subset(indices.validation()));
  }

  /** Two disjoint parts of pictures. */
  public record Parts(ImageSource training, ImageSource validation) {}

  private ImageSource subset(int[] indices) {
    return new ImageSource(
        files,
        classes,
        Arrays.stream(indices).mapToObj(paths::get).toList(),
        Arrays.stream(indices).map(i -> targets[i]).toArray());
  }
}
