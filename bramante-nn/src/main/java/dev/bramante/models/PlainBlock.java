package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Layer;

/** The twin of {@link BasicBlock} without a skip path, which deep networks suffer from. */
public record PlainBlock(Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2)
    implements Layer {
  /** A block whose first convolution has the stride. */
  public PlainBlock(int in, int width, int stride) {
    this(
        ResNet.convolution(in, width, Window.square(3, stride, 1), 1),
        new BatchNorm2d(width),
        ResNet.convolution(width, width, Window.square(3, 1, 1), 1),
        new BatchNorm2d(width));
  }

  @Override
  public Value forward(Value x) { //                      [N, H, W, C]
    x = bn1.forward(conv1.forward(x)).relu(); //          [N, H/S, W/S, width]
    return bn2.forward(conv2.forward(x)).relu(); //       [N, H/S, W/S, width]
  }
}
