package dev.bramante.data.image;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.Quote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Pictures sorted into classes by their folders, in a folder or a zip file: {@code
 * train/CLASS/*.jpg}, and {@code val/CLASS} and {@code test/CLASS} beside it if there are any; or
 * {@code CLASS/*.jpg} alone. The classes are those of the training part, sorted by name.
 */
public final class ImageFolder {
  private static final Map<String, Part> PARTS =
      Map.of(
          "train", Part.TRAINING,
          "training", Part.TRAINING,
          "val", Part.VALIDATION,
          "valid", Part.VALIDATION,
          "validation", Part.VALIDATION,
          "test", Part.TEST);

  /** Files of other names in a class's folder are notes and lists. */
  private static final Set<String> PICTURES =
      Set.of(
          "jpg",
          "jpeg",
          "jpe",
          "jfif",
          "png",
          "bmp",
          "gif",
          "webp",
          // Not read, but meant as pictures: they are named as broken, not passed over.
          "tif",
          "tiff",
          "heic",
          "avif",
          "svg");

  private static final String LAYOUT =
      "sort pictures into train/CLASS and test/CLASS, or into CLASS alone";

  private enum Part {
    TRAINING,
    VALIDATION,
    TEST
  }

  private final ImageFiles files;
  private final List<String> classes;
  private final Map<Part, SortedMap<String, List<String>>> parts;

  private ImageFolder(ImageFiles files) throws FileFormatException {
    this.files = files;
    this.parts = sort(withoutCommonFolder(visible(files.paths())));
    SortedMap<String, List<String>> training = parts.getOrDefault(Part.TRAINING, new TreeMap<>());
    this.classes = List.copyOf(training.keySet());
    checkClasses(training);
    checkKnown();
  }

  /**
   * Looks for classes in a folder or a zip file.
   *
   * @throws FileFormatException if it has fewer than two classes, an empty one, or one that occurs
   *     outside of the training part only
   * @throws IOException if it cannot be read
   */
  public static ImageFolder open(Path place) throws IOException {
    return new ImageFolder(Files.isDirectory(place) ? FolderFiles.of(place) : ZipFiles.open(place));
  }

  /**
   * clipart32, which comes with Bramante: 1,381 training and 344 test images of 32×32 pixels in 8
   * classes, from the Open Clip Art Library.
   */
  public static ImageFolder clipart32() throws IOException {
    return new ImageFolder(ResourceFiles.open("clipart32/clipart32.zip", "clipart32"));
  }

  /** The names of the classes, sorted. */
  public List<String> classes() {
    return classes;
  }

  /** What to learn from. */
  public ImageSource training() {
    return source(parts.get(Part.TRAINING), classes);
  }

  /** What to choose by, where the folder has such a part. */
  public Optional<ImageSource> validation() {
    return Optional.ofNullable(parts.get(Part.VALIDATION)).map(part -> source(part, classes));
  }

  /** What to test with, where the folder has such a part. */
  public Optional<ImageSource> test() {
    return Optional.ofNullable(parts.get(Part.TEST)).map(part -> source(part, classes));
  }

  /**
   * Pictures to measure a trained network with: the test part, or else the validation part, or else
   * all.
   *
   * @param known the classes that the network knows, in its order
   * @throws FileFormatException if there is a class that it doesn't know
   */
  public ImageSource measured(List<String> known) throws FileFormatException {
    Part part =
        parts.containsKey(Part.TEST)
            ? Part.TEST
            : parts.containsKey(Part.VALIDATION) ? Part.VALIDATION : Part.TRAINING;
    for (String name : parts.get(part).keySet()) {
      if (!known.contains(name)) {
        throw new FileFormatException(
            files.root(),
            "has the class " + Quote.quote(name) + ", which the network doesn't know",
            "it knows " + Quote.clean(String.join(", ", known)));
      }
    }
    return source(parts.get(part), known);
  }

  private ImageSource source(SortedMap<String, List<String>> part, List<String> classes) {
    var paths = new ArrayList<String>();
    var targets = new ArrayList<Integer>();
    part.forEach((name, members) -> {
      members.stream().sorted().forEach(paths::add);
      members.forEach(_ -> targets.add(classes.indexOf(name)));
    });
    return new ImageSource(
        files, classes, paths, targets.stream().mapToInt(Integer::intValue).toArray());
  }

  /** What is hidden belongs to file managers and archivers. */
  private static List<String[]> visible(List<String> paths) {
    var visible = new ArrayList<String[]>();
    for (String path : paths) {
      String[] names = path.split("/", -1);
      if (!path.startsWith("__MACOSX/") && Arrays.stream(names).noneMatch(n -> n.startsWith("."))) {
        visible.add(names);
      }
    }
    return visible;
  }

  /** An archive often has one folder with everything in it. */
  private static Map<String, String[]> withoutCommonFolder(List<String[]> all) {
    var tops = new TreeSet<String>();
    all.forEach(names -> tops.add(names[0]));
    boolean inside = all.stream().allMatch(names -> names.length > 2 || !isPicture(last(names)));
    int skip = tops.size() == 1 && !PARTS.containsKey(tops.first()) && inside ? 1 : 0;
    var rest = new TreeMap<String, String[]>();
    for (String[] names : all) {
      if (names.length > skip) {
        rest.put(String.join("/", names), Arrays.copyOfRange(names, skip, names.length));
      }
    }
    return rest;
  }

  private static boolean isPart(String[] names, int at) {
    return names.length > at + 1 && PARTS.containsKey(names[at]);
  }

  private static String last(String[] names) {
    return names[names.length - 1];
  }

  private static Map<Part, SortedMap<String, List<String>>> sort(Map<String, String[]> files) {
    boolean parted =
        files.values().stream()
            .anyMatch(names -> isPart(names, 0) && PARTS.get(names[0]) == Part.TRAINING);
    var parts = new TreeMap<Part, SortedMap<String, List<String>>>();
    files.forEach((path, names) -> {
      int at = parted ? 1 : 0;
      Part part = parted ? PARTS.get(names[0]) : Part.TRAINING;
      String last = last(names);
      if (part != null && names.length > at + 1 && (last.isEmpty() || isPicture(last))) {
        List<String> members =
            parts
                .computeIfAbsent(part, _ -> new TreeMap<>())
                .computeIfAbsent(names[at], _ -> new ArrayList<>());
        if (!last.isEmpty()) {
          members.add(path);
        }
      }
    });
    return parts;
  }

  private static boolean isPicture(String name) {
    int dot = name.lastIndexOf('.');
    return PICTURES.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  private void checkClasses(SortedMap<String, List<String>> training) throws FileFormatException {
    if (training.values().stream().allMatch(List::isEmpty)) {
      throw new FileFormatException(files.root(), "there are no pictures in folders", LAYOUT);
    }
    for (var one : training.entrySet()) {
      if (one.getKey().chars().anyMatch(Character::isISOControl)) {
        throw new FileFormatException(
            files.root(),
            "the class " + Quote.quote(one.getKey()) + " has a name of more than one line",
            "rename its folder");
      }
      if (one.getValue().isEmpty()) {
        throw new FileFormatException(
            files.root(),
            "the class " + Quote.quote(one.getKey()) + " has no pictures",
            "add some, or remove its folder");
      }
    }
    if (classes.size() < 2) {
      throw new FileFormatException(
          files.root(),
          "there is one class only, " + Quote.quote(classes.getFirst()),
          "a classifier needs two; " + LAYOUT);
    }
  }

  private void checkKnown() throws FileFormatException {
    for (var part : parts.values()) {
      for (var one : part.entrySet()) {
        if (!classes.contains(one.getKey()) && !one.getValue().isEmpty()) {
          throw new FileFormatException(
              files.name(one.getValue().getFirst()),
              "the training part lacks the class " + Quote.quote(one.getKey()),
              "add pictures of it, or remove this folder");
        }
      }
    }
  }
}
