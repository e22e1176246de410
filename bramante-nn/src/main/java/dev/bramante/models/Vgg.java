package dev.bramante.models;

import static dev.bramante.nn.Activation.RELU;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.nn.AdaptiveAvgPool2d;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Dropout;
import dev.bramante.nn.Flatten;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.MaxPool2d;
import dev.bramante.nn.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * VGG (section 5.2; Simonyan and Zisserman 2014): five stages of 3×3 convolutions, each stage
 * halving the image, then three fully connected layers with dropout.
 */
public record Vgg(
    Sequential features, AdaptiveAvgPool2d avgpool, Flatten flatten, Sequential classifier)
    implements Layer {
  private static final int[] WIDTHS = {64, 128, 256, 512, 512};

  /** Convolutions in each of the five stages, of the networks by their layers with weights. */
  private static int[] depths(int layers) {
    return switch (layers) {
      case 11 -> new int[] {1, 1, 2, 2, 2};
      case 13 -> new int[] {2, 2, 2, 2, 2};
      case 16 -> new int[] {2, 2, 3, 3, 3};
      case 19 -> new int[] {2, 2, 4, 4, 4};
      default ->
          throw new IllegalArgumentException("vgg has 11, 13, 16 or 19 layers, not " + layers);
    };
  }

  /** The networks of the paper, of 11, 13, 16 or 19 layers. */
  public static Vgg plain(int layers, int channels, int classes, float dropout) {
    return of(layers, channels, classes, dropout, width -> Stream.of(RELU));
  }

  /** The same with batch normalisation before each ReLU of a convolution. */
  public static Vgg normalized(int layers, int channels, int classes, float dropout) {
    return of(layers, channels, classes, dropout, width -> Stream.of(new BatchNorm2d(width), RELU));
  }

  private static Vgg of(
      int layers, int channels, int classes, float dropout, IntFunction<Stream<Layer>> after) {
    List<Layer> features = new ArrayList<>(); //    [N, 224, 224, 3]
    int in = channels;
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int i = 0; i < depths(layers)[stage]; i++) {
        features.add(convolution(in, WIDTHS[stage]));
        in = WIDTHS[stage];
        after.apply(in).forEach(features::add);
      }
      features.add(new MaxPool2d(2)); //            [N, 112, 112, 64], …, [N, 7, 7, 512]
    }
    return new Vgg(
        new Sequential(features),
        new AdaptiveAvgPool2d(7),
        new Flatten(), //                           [N, 25088]
        new Sequential(
            linear(512 * 7 * 7, 4096), //           [N, 4096]
            RELU,
            new Dropout(dropout),
            linear(4096, 4096), //                  [N, 4096]
            RELU,
            new Dropout(dropout),
            linear(4096, classes))); //             [N, classes]
  }

  private static Conv2d convolution(int in, int out) {
    var initializer = Initializer.kaimingNormal(Initializer.Fan.OUT);
    return Conv2d.of(in, out, Window.square(3, 1, 1), initializer);
  }

  private static Linear linear(int in, int out) {
    return Linear.of(in, out, new Initializer.Normal(0.01));
  }

  @Override
  public Value forward(Value x) { //                [N, 224, 224, 3]
    x = features.forward(x); //                     [N, 7, 7, 512]
    x = avgpool.forward(x); //                      [N, 7, 7, 512], of images of other sizes too
    x = flatten.forward(x); //                      [N, 25088]
    return classifier.forward(x); //                [N, classes]
  }
}
