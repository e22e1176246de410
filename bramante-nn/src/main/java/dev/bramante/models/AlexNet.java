package dev.bramante.models;

import static dev.bramante.nn.Activation.RELU;

import dev.bramante.graph.Value;
import dev.bramante.nn.AdaptiveAvgPool2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Flatten;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.MaxPool2d;
import dev.bramante.nn.Sequential;

/**
 * AlexNet (section 5.2; Krizhevsky et al. 2012, on one device as in Krizhevsky 2014): five
 * convolutions, three of them followed by max-pooling, then three fully connected layers with
 * dropout.
 */
public record AlexNet(
    Sequential features, AdaptiveAvgPool2d avgpool, Flatten flatten, Sequential classifier)
    implements Layer {
  /**
   * A network.
   *
   * @param dropout the rate before the first two fully connected layers; the paper's is 0.5
   */
  public AlexNet(int channels, int classes, float dropout) {
    this(
        new Sequential( //                          [N, 224, 224, 3]
            new Conv2d(channels, 64, 11, 4, 2), //  [N, 55, 55, 64]
            RELU,
            new MaxPool2d(3, 2, 0), //              [N, 27, 27, 64]
            new Conv2d(64, 192, 5, 1, 2), //        [N, 27, 27, 192]
            RELU,
            new MaxPool2d(3, 2, 0), //              [N, 13, 13, 192]
            new Conv2d(192, 384, 3, 1, 1), //       [N, 13, 13, 384]
            RELU,
            new Conv2d(384, 256, 3, 1, 1), //       [N, 13, 13, 256]
            RELU,
            new Conv2d(256, 256, 3, 1, 1), //       [N, 13, 13, 256]
            RELU,
            new MaxPool2d(3, 2, 0)), //             [N, 6, 6, 256]
        new AdaptiveAvgPool2d(6),
        new Flatten(), //                           [N, 9216]
        new Sequential(
            new Dropout(dropout),
            new Linear(256 * 6 * 6, 4096), //       [N, 4096]
            RELU,
            new Dropout(dropout),
            new Linear(4096, 4096), //              [N, 4096]
            RELU,
            new Linear(4096, classes))); //         [N, classes]
  }

  @Override
  public Value forward(Value x) { //                [N, 224, 224, 3]
    x = features.forward(x); //                     [N, 6, 6, 256]
    x = avgpool.forward(x); //                      [N, 6, 6, 256], of images of other sizes too
    x = flatten.forward(x); //                      [N, 9216]
    return classifier.forward(x); //                [N, classes]
  }
}
