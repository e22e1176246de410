package dev.bramante.cli;

import dev.bramante.data.Batch;
import dev.bramante.data.Dataset;
import dev.bramante.data.SampleRandom;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Questions as samples without a class, read by several threads ahead of the network. */
final class Questions implements Dataset {
  private final Shape shape;
  private final List<Question> all;
  private final Map<Integer, IOException> problems = new ConcurrentHashMap<>();

  /**
   * Questions to one network.
   *
   * @param shape of what the network takes
   */
  Questions(Shape shape, List<Question> all) {
    this.shape = shape;
    this.all = List.copyOf(all);
  }

  /** What people call a question. */
  String name(int index) {
    return all.get(index).name();
  }

  /** Why a question could not be read, once it was tried. */
  Optional<IOException> problem(int index) {
    return Optional.ofNullable(problems.get(index));
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public Shape inputShape() {
    return shape;
  }

  @Override
  public List<String> classes() {
    return List.of();
  }

  /** Nobody knows it, but the sample counts. */
  @Override
  public int target(int index) {
    return 0;
  }

  @Override
  public boolean costly() {
    return shape.rank() == 3;
  }

  @Override
  public void input(int index, float[] into, int offset) {
    try {
      all.get(index).content().read(into, offset);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public int sample(int index, float[] into, int offset, SampleRandom random) {
    try {
      input(index, into, offset);
      return target(index);
    } catch (UncheckedIOException e) {
      problems.put(index, e.getCause());
      Arrays.fill(into, offset, offset + shape.size(), 0);
      return Batch.IGNORED;
    }
  }
}
