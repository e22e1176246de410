package dev.bramante.pretrained;

import dev.bramante.io.FileFormatException;
import dev.bramante.io.NameReport;
import dev.bramante.models.Model;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Weights from a file, fitted to a network.
 *
 * @param values all that the network holds, by name, as checkpoints have it
 * @param notes what was chosen, left out or made anew, in words
 * @param metadata strings kept with the weights, if any
 */
public record Pretrained(
    Map<String, Tensor> values, List<String> notes, Map<String, String> metadata) {
  /** What to do with the last layer. */
  public enum HeadPolicy {
    /** It has to fit. */
    KEEP,
    /** It is made anew if the file's is of another number of classes, or if it has none. */
    FIT,
    /** It is made anew. */
    NEW
  }

  /**
   * Reads weights for a network.
   *
   * @param place a file of any format, or a run's folder
   * @param key where in a training checkpoint of PyTorch the weights are; empty to find them
   * @param seed of what is made anew
   * @throws FileFormatException if the weights don't fit: it says which network they are of, or
   *     lists all differences
   */
  public static Pretrained read(
      Path place, Optional<String> key, Model model, HeadPolicy policy, long seed)
      throws IOException {
    try (var file = WeightsFile.open(place, key)) {
      return read(file, model, policy, seed);
    }
  }

  /** Reads weights of an open file, as {@link #read(Path, Optional, Model, HeadPolicy, long)}. */
  public static Pretrained read(WeightsFile file, Model model, HeadPolicy policy, long seed)
      throws IOException {
    Parameters parameters = model.parameters();
    Head head = Head.of(model);
    Set<String> tasks = policy == HeadPolicy.KEEP ? Set.of() : missingTasks(file, model, head);
    NameReport report = file.compare(parameters).without(tasks);
    Optional<String> change = headChange(file, head, report);
    boolean anew =
        !head.parameters().isEmpty()
            && (policy == HeadPolicy.NEW || policy == HeadPolicy.FIT && change.isPresent());
    requireFit(file, model, head, report, anew, change);
    Map<String, Tensor> values = new LinkedHashMap<>();
    for (var entry : parameters.byName().entrySet()) {
      String name = entry.getKey();
      boolean made = anew && head.parameters().containsKey(name) || tasks.contains(name);
      values.put(
          name, made ? entry.getValue().initial(seed, name) : file.value(name, entry.getValue()));
    }
    return new Pretrained(
        values, notes(file, parameters, head, anew, change, tasks), file.metadata());
  }

  private static List<String> notes(
      WeightsFile file,
      Parameters parameters,
      Head head,
      boolean anew,
      Optional<String> change,
      Set<String> tasks) {
    List<String> notes = new ArrayList<>(file.notes());
    if (anew) {
      notes.add(
          "the last layer, %s, is new: %s"
              .formatted(head.name(), change.orElse("as was asked for")));
    }
    if (!tasks.isEmpty()) {
      notes.add("new, since the file has none: " + String.join(", ", tasks));
    }
    notes.addAll(file.stretchings(parameters));
    Set<String> unused = file.unused(parameters);
    if (!unused.isEmpty()) {
      notes.add("left out, since the network has none: " + String.join(", ", unused));
    }
    return List.copyOf(notes);
  }

  /** Parts for the network's task, beside the last layer, that the file has none of. */
  private static Set<String> missingTasks(WeightsFile file, Model model, Head head) {
    return model.parameters().names().stream()
        .filter(name -> file.naming().isTask(name))
        .filter(name -> !head.parameters().containsKey(name) && !file.names().contains(name))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** How the file's last layer differs, if it does in the number of classes or by its absence. */
  private static Optional<String> headChange(WeightsFile file, Head head, NameReport report) {
    if (report.agrees() || head.parameters().isEmpty()) {
      return Optional.empty();
    }
    List<String> there =
        head.parameters().keySet().stream().filter(file.names()::contains).toList();
    if (there.isEmpty()) {
      return Optional.of("the file has none");
    }
    boolean similar =
        there.stream().allMatch(name -> head.fitsButForClasses(name, file.entry(name).shape()));
    if (!similar || file.entry(there.getFirst()).shape().dim(0) == head.classes()) {
      return Optional.empty();
    }
    return Optional.of(
        "the file's has %,d classes, the network %,d"
            .formatted(file.entry(there.getFirst()).shape().dim(0), head.classes()));
  }

  private static void requireFit(
      WeightsFile file,
      Model model,
      Head head,
      NameReport report,
      boolean anew,
      Optional<String> change)
      throws FileFormatException {
    NameReport body = report.without(head.parameters().keySet());
    if (anew ? body.agrees() : report.agrees()) {
      return;
    }
    if (body.agrees() && change.isPresent()) {
      throw new FileFormatException(
          file.path(),
          "the last layer, %s, doesn't fit: %s".formatted(head.name(), change.get()),
          "set classes to the file's number, or train from these weights, which learns a new one");
    }
    Optional<Model> other = ModelGuess.of(file).filter(guess -> !isSame(guess, model));
    if (other.isPresent()) {
      throw new FileFormatException(
          file.path(),
          "these are the weights of %s, not of %s"
              .formatted(ModelGuess.describe(other.get()), model.name()),
          "choose that model");
    }
    report.orThrow();
  }

  private static boolean isSame(Model guess, Model model) {
    return guess.name().equals(model.name()) && guess.config().equals(model.config());
  }
}
