package dev.bramante.io;

import dev.bramante.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The difference between the tensors that a model wants and those that a file has.
 *
 * @param file the file
 * @param missing wanted tensors that the file lacks, as {@code NAME TYPE[SHAPE]}
 * @param surplus tensors of the file that nobody wants
 * @param unfit tensors of another shape or of a type that cannot become the wanted one
 */
public record NameReport(
    Path file, List<String> missing, List<String> surplus, List<String> unfit) {
  /** Copies the lists. */
  public NameReport {
    missing = List.copyOf(missing);
    surplus = List.copyOf(surplus);
    unfit = List.copyOf(unfit);
  }

  /**
   * Compares.
   *
   * @param wanted what each wanted name must be; a floating type accepts any floating type
   * @param file the file that should have it all, and nothing else
   */
  public static NameReport compare(Map<String, TensorSpec> wanted, TensorFile file) {
    List<String> missing = new ArrayList<>();
    List<String> unfit = new ArrayList<>();
    Map<String, TensorFile.Entry> left = new LinkedHashMap<>();
    file.entries().forEach(entry -> left.put(entry.name(), entry));
    wanted.forEach((name, spec) -> {
      var entry = left.remove(name);
      if (entry == null) {
        missing.add(name + " " + spec);
      } else if (!entry.shape().equals(spec.shape()) || !fits(entry.type(), spec.dtype())) {
        unfit.add(name + ": wanted " + spec + ", found " + entry.type() + entry.shape());
      }
    });
    List<String> surplus = left.values().stream().map(Object::toString).toList();
    return new NameReport(file.file(), missing, surplus, unfit);
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
   * @throws FileFormatException with all differences otherwise
   */
  public void orThrow() throws FileFormatException {
    if (!agrees()) {
      throw new FileFormatException(
          file,
          "does not fit the model (" + counts() + ")",
          "choose the model that it was written for." + listing());
    }
  }

  /** The differences, one a line under a heading a kind. */
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

  private static String section(String title, List<String> lines) {
    String gap = System.lineSeparator() + "    ";
    return lines.isEmpty()
        ? ""
        : System.lineSeparator() + "  " + title + ":" + gap + String.join(gap, lines);
  }
}
