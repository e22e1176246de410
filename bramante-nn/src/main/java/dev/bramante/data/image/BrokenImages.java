package dev.bramante.data.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What becomes of pictures that cannot be read. For any number of threads. */
public final class BrokenImages {
  private final boolean strict;
  private final Consumer<String> listener;
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  private BrokenImages(boolean strict, Consumer<String> listener) {
    this.strict = strict;
    this.listener = listener;
  }

  /**
   * They are left out and counted.
   *
   * @param listener gets a line about each, once
   */
  public static BrokenImages skipped(Consumer<String> listener) {
    return new BrokenImages(false, listener);
  }

  /** The first ends whatever is done with the data. */
  public static BrokenImages refused() {
    return new BrokenImages(true, _ -> {});
  }

  /** How many have been met. */
  public int count() {
    return names.size();
  }

  void add(String name, IOException problem) {
    if (strict) {
      throw new UncheckedIOException(problem.getMessage(), problem);
    }
    if (names.add(name)) {
      listener.accept(problem.getMessage());
    }
  }
}
