package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Identity;
import dev.bramante.nn.Layer;
import dev.bramante.nn.ZeroPaddedShortcut;

/** The residual block of ResNet-18 and 34 (He et al. 2016): two 3×3 convolutions, a skip path. */
public record BasicBlock(
    Conv2d conv1, BatchNorm2d bn1, Conv2d conv2, BatchNorm2d bn2, Layer downsample)
    implements Layer {
  /** With a 1×1 convolution in the skip path where the shape changes. */
  public static BasicBlock projecting(int in, int width, int stride) {
    boolean same = in == width && stride == 1;
    return of(in, width, stride, same ? new Identity() : ResNet.projection(in, width, stride));
  }

  /** With a skip path that learns nothing, and pads with zeros where the shape changes. */
  public static BasicBlock padding(int in, int width, int stride) {
    boolean same = in == width && stride == 1;
    Layer skip = same ? new Identity() : new ZeroPaddedShortcut(in, width, stride);
    return of(in, width, stride, skip);
  }

  private static BasicBlock of(int in, int width, int stride, Layer skip) {
    return new BasicBlock(
        ResNet.convolution(in, width, Window.square(3, stride, 1), 1),
        new BatchNorm2d(width),
        ResNet.convolution(width, width, Window.square(3, 1, 1), 1),
        new BatchNorm2d(width),
        skip);
  }

  @Override
  public Value forward(Value x) { //                      [N, H, W, C]
    Value y = bn1.forward(conv1.forward(x)).relu(); //    [N, H/S, W/S, width]
    y = bn2.forward(conv2.forward(y)); //                 [N, H/S, W/S, width]
    Value skip = downsample.forward(x); //                [N, H/S, W/S, width]
    return y.in(this).plus(skip).relu(); //               [N, H/S, W/S, width]
  }
}
