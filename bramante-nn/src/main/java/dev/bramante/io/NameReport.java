package dev.bramante.io;

import dev.bramante.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The difference between the tensors that a model wants and those that a file has.
 *
 * @param file the file
 * @param missing wanted tensors that the file lacks, by name, as {@code NAME TYPE[SHAPE]}
 * @param surplus tensors of the file that nobody wants, by name
 * @param unfit tensors of another shape or of a type that cannot become the wanted one, by name
 */
public record NameReport(
    Path file,
    Map<String, String> missing,
    Map<String, String> surplus,
    Map<String, String> unfit) {
  private static final int SHOWN = 20;

  /** Copies the maps. */
  public NameReport {
    missing = Collections.unmodifiableMap(new LinkedHashMap<>(missing));
    surplus = Collections.unmodifiableMap(new LinkedHashMap<>(surplus));
    unfit = Collections.unmodifiableMap(new LinkedHashMap<>(unfit));
  }

  /**
   * Compares.
   *
   * @param wanted what each wanted name must be; a floating type accepts any floating type
   * @param file the file that should have it all, and nothing else
   */
  public static NameReport compare(Map<String, TensorSpec> wanted, TensorFile file) {
    Map<String, TensorFile.Entry> found = new LinkedHashMap<>();
    file.entries().forEach(entry -> found.put(entry.name(), entry));
    return compare(wanted, file.file(), found);
  }

  /**
   * Compares with some tensors of a file.
   *
   * @param found what is there, by the names that it is wanted by
   */
  public static NameReport compare(
      Map<String, TensorSpec> wanted, Path file, Map<String, ? extends TensorFile.Entry> found) {
    Map<String, String> missing = new LinkedHashMap<>();
    Map<String, String> surplus = new LinkedHashMap<>();
    Map<String, String> unfit = new LinkedHashMap<>();
    found.forEach((name, entry) -> surplus.put(name, entry.toString()));
    wanted.forEach((name, spec) -> {
      var entry = found.get(name);
      surplus.remove(name);
      if (entry == null) {
        missing.put(name, name + " " + spec);
      } else if (!entry.shape().equals(spec.shape()) || !fits(entry.type(), spec.dtype())) {
        unfit.put(name, name + ": wanted " + spec + ", found " + entry.type() + entry.shape());
      }
    });
    return new NameReport(file, missing, surplus, unfit);
  }

  /** The report without what it says of some names. */
  public NameReport without(Set<String> names) {
    return new NameReport(
        file, without(missing, names), without(surplus, names), without(unfit, names));
  }

  private static Map<String, String> without(Map<String, String> lines, Set<String> names) {
    Map<String, String> left = new LinkedHashMap<>(lines);
    left.keySet().removeAll(names);
    return left;
  }

  private static boolean fits(StorageType found, DType wanted) {
    return wanted.isFloating()
        ? found.isFloating()
        : found.readAs().isPresent() && found.readAs().get() == wanted;
  }

  /** Whether the file has what is wanted and nothing else. */
  public boolean agrees() {
    return missing.isEmpty() && surplus.isEmpty() && unfit.isEmpty();
  }

  /**
   * Does nothing if all agrees.
   *
   * @throws FileFormatException with the differences otherwise
   */
  public void orThrow() throws FileFormatException {
    if (!agrees()) {
      throw new FileFormatException(
          file,
          "does not fit the model (" + counts() + ")",
          "choose the model that it was written for." + listing());
    }
  }

  /** The differences, one a line under a heading a kind, of which the first are shown. */
  @Override
  public String toString() {
    return agrees() ? file + ": all names and shapes agree" : file + ": " + counts() + listing();
  }

  private String counts() {
    return missing.size()
        + " missing, "
        + surplus.size()
        + " surplus, "
        + unfit.size()
        + " of another shape or type";
  }

  private String listing() {
    return section("missing", missing)
        + section("surplus", surplus)
        + section("of another shape or type", unfit);
  }

  /** The first ones; the others would only push the message itself off the screen. */
  private static String section(String title, Map<String, String> lines) {
    if (lines.isEmpty()) {
      return "";
    }
    String gap = System.lineSeparator() + "    ";
    List<String> shown = new ArrayList<>(lines.values().stream().limit(SHOWN).toList());
    if (lines.size() > SHOWN) {
      shown.add("and " + (lines.size() - SHOWN) + " more");
    }
    return System.lineSeparator() + "  " + title + ":" + gap + String.join(gap, shown);
  }
}
