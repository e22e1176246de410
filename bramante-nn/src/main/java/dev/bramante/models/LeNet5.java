package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.nn.AvgPool2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Flatten;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.Named;

/**
 * The network before figure 5.2: LeNet-5 (LeCun et al. 1998), with tanh and average pooling; here
 * fully connected between its feature maps, and with linear outputs.
 */
public record LeNet5(
    @Named("0") Conv2d conv1,
    @Named("2") AvgPool2d pool1,
    @Named("3") Conv2d conv2,
    @Named("5") AvgPool2d pool2,
    @Named("6") Flatten flatten,
    @Named("7") Linear fc1,
    @Named("9") Linear fc2,
    @Named("11") Linear fc3)
    implements Layer {
  /**
   * A network.
   *
   * @param image the image's height and width: 32, or an even number below, which is padded to it
   */
  public LeNet5(int image, int channels, int classes) {
    this(
        new Conv2d(channels, 6, 5, 1, padding(image)),
        new AvgPool2d(2),
        new Conv2d(6, 16, 5),
        new AvgPool2d(2),
        new Flatten(),
        new Linear(400, 120),
        new Linear(120, 84),
        new Linear(84, classes));
  }

  @Override
  public Value forward(Value x) { //        [N, 32, 32, 1]
    x = conv1.forward(x).tanh(); //         [N, 28, 28, 6]
    x = pool1.forward(x); //                [N, 14, 14, 6]
    x = conv2.forward(x).tanh(); //         [N, 10, 10, 16]
    x = pool2.forward(x); //                [N, 5, 5, 16]
    x = flatten.forward(x); //              [N, 400]
    x = fc1.forward(x).tanh(); //           [N, 120]
    x = fc2.forward(x).tanh(); //           [N, 84]
    return fc3.forward(x); //               [N, 10]
  }

  private static int padding(int image) {
    if (image > 32 || image < 24 || image % 2 != 0) {
      throw new IllegalArgumentException(
          "LeNet-5 takes images of 32×32, or smaller ones of even size from 24, not " + image);
    }
    return (32 - image) / 2;
  }
}
