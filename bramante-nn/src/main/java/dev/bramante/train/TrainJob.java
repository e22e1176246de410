package dev.bramante.train;

import dev.bramante.data.Dataset;
import dev.bramante.nn.Network;
import java.util.Map;

/**
 * What is to be trained, how, and on what.
 *
 * @param network learns
 * @param settings how
 * @param task what
 * @param about strings that tell what the network is, for whoever loads the weights later
 */
public record TrainJob(
    Network network, TrainSettings settings, Task task, Map<String, String> about) {
  /** Copies the strings. */
  public TrainJob {
    about = Map.copyOf(about);
  }

  /**
   * For a network that takes inputs in the shape that the data have.
   *
   * @param training the data to learn from
   * @param validation the data to choose the best weights by
   */
  public TrainJob(
      Network network,
      TrainSettings settings,
      Dataset training,
      Dataset validation,
      Map<String, String> about) {
    this(
        network,
        settings,
        new SampleTask(training.inputShape(), settings, training, validation),
        about);
  }
}
