package dev.bramante.train;

import dev.bramante.data.Dataset;
import dev.bramante.nn.Network;
import dev.bramante.tensor.Shape;
import java.util.Map;

/**
 * What is to be trained, how, and on what.
 *
 * @param network a classifier
 * @param input the shape of one input of the network, with as many elements as the data's: a
 *     perceptron takes images as rows of pixels
 * @param settings how
 * @param training the data to learn from
 * @param validation the data to choose the best weights by
 * @param about strings that tell what the network is, for whoever loads the weights later
 */
public record TrainJob(
    Network network,
    Shape input,
    TrainSettings settings,
    Dataset training,
    Dataset validation,
    Map<String, String> about) {
  /** For a network that takes inputs in the shape that the data have. */
  public TrainJob(
      Network network,
      TrainSettings settings,
      Dataset training,
      Dataset validation,
      Map<String, String> about) {
    this(network, training.inputShape(), settings, training, validation, about);
  }

  /** Checks that the data sets are of one kind and fill a batch. */
  public TrainJob {
    about = Map.copyOf(about);
    if (!training.inputShape().equals(validation.inputShape())
        || !training.classes().equals(validation.classes())) {
      throw new IllegalArgumentException(
          "training data %s with %d classes and validation data %s with %d don't fit"
              .formatted(
                  training.inputShape(),
                  training.classes().size(),
                  validation.inputShape(),
                  validation.classes().size()));
    }
    if (training.inputShape().size() != input.size()) {
      throw new IllegalArgumentException(
          "the network takes %s, the data are %s".formatted(input, training.inputShape()));
    }
    if (training.size() < settings.batch()) {
      throw new IllegalArgumentException(
          "%d samples don't fill a batch of %d; set batch to less"
              .formatted(training.size(), settings.batch()));
    }
  }
}
