package dev.bramante.io;

import dev.bramante.io.pickle.PickleException;
import dev.bramante.io.pickle.PickleValue;
import dev.bramante.io.pickle.PickleValue.Dictionary;
import dev.bramante.io.pickle.PickleValue.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights among the values of a pickle: the dictionary that holds tensors by name. A training
 * checkpoint has it beside the optimizer's state and the like.
 *
 * @param views the tensors by name
 * @param notes what was chosen and what was left out, in words
 */
record StateDict(Map<String, TorchValue.View> views, List<String> notes) {
  /** Where people put weights in a checkpoint, the likeliest first. */
  private static final List<String> USUAL =
      List.of("state_dict", "model_state_dict", "model", "net", "network", "weights", "params");

  private static final int DEEPEST = 3;

  /** Prefixes of wrappers: of DataParallel, and of torch.compile. */
  private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");

  private record Candidate(String path, Dictionary dictionary) {}

  /**
   * Finds the weights.
   *
   * @param key where they are, as {@code model.ema}; empty to find them
   * @throws PickleException if there are none, or several that are as likely
   */
  static StateDict find(PickleValue root, Optional<String> key) throws PickleException {
    List<Candidate> candidates = candidates(root);
    Candidate chosen = key.isPresent() ? named(candidates, key.get()) : likeliest(candidates);
    List<String> notes = new ArrayList<>();
    if (!chosen.path().isEmpty()) {
      notes.add("the weights are those under \"" + Quote.clean(chosen.path()) + "\"");
    }
    return new StateDict(stripped(views(chosen.dictionary(), notes), notes), List.copyOf(notes));
  }

  /** The dictionaries that hold tensors by name, the outermost first. */
  private static List<Candidate> candidates(PickleValue root) {
    List<Candidate> found = new ArrayList<>();
    Set<PickleValue> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Candidate> level =
        root instanceof Dictionary whole ? List.of(new Candidate("", whole)) : List.of();
    for (int depth = 0; depth < DEEPEST; depth++) {
      List<Candidate> next = new ArrayList<>();
      for (Candidate candidate : level) {
        if (seen.add(candidate.dictionary())) {
          if (hasTensors(candidate.dictionary())) {
            found.add(candidate);
          }
          next.addAll(children(candidate));
        }
      }
      level = next;
    }
    return found;
  }

  private static boolean hasTensors(Dictionary dictionary) {
    return dictionary.pairs().stream()
        .anyMatch(p -> p.key() instanceof Text && p.value() instanceof TorchValue.View);
  }

  private static List<Candidate> children(Candidate parent) {
    List<Candidate> children = new ArrayList<>();
    for (var pair : parent.dictionary().pairs()) {
      if (pair.key() instanceof Text(String name) && pair.value() instanceof Dictionary inner) {
        String path = parent.path().isEmpty() ? name : parent.path() + "." + name;
        children.add(new Candidate(path, inner));
      }
    }
    return children;
  }

  private static Candidate named(List<Candidate> candidates, String key) throws PickleException {
    return candidates.stream()
        .filter(candidate -> candidate.path().equals(key))
        .findFirst()
        .orElseThrow(() ->
            PickleException.damaged(
                "there are no tensors under \"%s\", but under %s"
                    .formatted(key, paths(candidates))));
  }

  private static Candidate likeliest(List<Candidate> candidates) throws PickleException {
    if (candidates.isEmpty()) {
      throw PickleException.damaged("there is no dictionary of tensors in it");
    }
    if (candidates.size() == 1 || candidates.getFirst().path().isEmpty()) {
      return candidates.getFirst();
    }
    for (String usual : USUAL) {
      for (Candidate candidate : candidates) {
        if (candidate.path().equals(usual) || candidate.path().endsWith("." + usual)) {
          return candidate;
        }
      }
    }
    throw PickleException.damaged(
        "there are several dictionaries of tensors, choose one with --key: " + paths(candidates));
  }

  private static String paths(List<Candidate> candidates) {
    List<String> paths =
        candidates.stream()
            .map(Candidate::path)
            .map(path -> path.isEmpty() ? "the file itself" : Quote.quote(path))
            .limit(10)
            .toList();
    return paths.isEmpty() ? "nothing at all" : String.join(", ", paths);
  }

  private static Map<String, TorchValue.View> views(Dictionary dictionary, List<String> notes) {
    Map<String, TorchValue.View> views = new LinkedHashMap<>();
    int others = 0;
    for (var pair : dictionary.pairs()) {
      if (pair.key() instanceof Text(String name) && pair.value() instanceof TorchValue.View view) {
        views.put(name, view);
      } else {
        others++;
      }
    }
    if (others > 0) {
      notes.add(others + " entries beside the tensors were left out");
    }
    return views;
  }

  private static Map<String, TorchValue.View> stripped(
      Map<String, TorchValue.View> views, List<String> notes) {
    Map<String, TorchValue.View> names = views;
    for (String wrapper : WRAPPERS) {
      if (names.keySet().stream().allMatch(name -> name.startsWith(wrapper))) {
        Map<String, TorchValue.View> shorter = new LinkedHashMap<>();
        names.forEach((name, view) -> shorter.put(name.substring(wrapper.length()), view));
        notes.add("the names' prefix \"" + wrapper + "\" was left out");
        names = shorter;
      }
    }
    return names;
  }
}
