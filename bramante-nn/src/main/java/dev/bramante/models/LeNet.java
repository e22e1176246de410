package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Flatten;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.MaxPool2d;
import dev.bramante.nn.Named;

/**
 * Figure 5.2: two convolutions, each with max-pooling and ReLU, then two fully connected layers.
 */
public record LeNet(
    @Named("0") Conv2d conv1,
    @Named("1") MaxPool2d pool1,
    @Named("3") Conv2d conv2,
    @Named("4") MaxPool2d pool2,
    @Named("6") Flatten flatten,
    @Named("7") Linear fc1,
    @Named("9") Linear fc2)
    implements Layer {
  /** For images of 28×28. */
  public LeNet(int channels, int classes) {
    this(
        new Conv2d(channels, 32, 5),
        new MaxPool2d(3),
        new Conv2d(32, 64, 5),
        new MaxPool2d(2),
        new Flatten(),
        new Linear(256, 200),
        new Linear(200, classes));
  }

  @Override
  public Value forward(Value x) { //    [N, 28, 28, 1]
    x = conv1.forward(x); //            [N, 24, 24, 32]
    x = pool1.forward(x).relu(); //     [N, 8, 8, 32]
    x = conv2.forward(x); //            [N, 4, 4, 64]
    x = pool2.forward(x).relu(); //     [N, 2, 2, 64]
    x = flatten.forward(x); //          [N, 256]
    x = fc1.forward(x).relu(); //       [N, 200]
    return fc2.forward(x); //           [N, 10]
  }
}
