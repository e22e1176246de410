package dev.bramante.io.pickle;

import java.util.List;

/** All that a pickle may name and call. */
public interface Vocabulary {
  /** Whether a pickle may name this, as {@code collections.OrderedDict}. */
  boolean knows(String global);

  /**
   * What a known name gives for arguments.
   *
   * @throws PickleException if they don't fit
   */
  PickleValue call(String global, List<PickleValue> arguments) throws PickleException;

  /**
   * What a reference to something outside of the pickle stands for.
   *
   * @throws PickleException if there is no such thing
   */
  PickleValue persistent(PickleValue reference) throws PickleException;
}
