package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.Identity;
import dev.bramante.nn.Layer;

/**
 * Figure 5.3: a 1×1 convolution to fewer channels, a 3×3 convolution among these, a 1×1 convolution
 * back to four times as many, and a skip path. Figure 5.4 is the same with a stride S, and a 1×1
 * convolution in the skip path.
 */
public record Bottleneck(
    Conv2d conv1,
    BatchNorm2d bn1,
    Conv2d conv2,
    BatchNorm2d bn2,
    Conv2d conv3,
    BatchNorm2d bn3,
    Layer downsample)
    implements Layer {
  /** The channels of a block's result, in multiples of its section's width. */
  static final int EXPANSION = 4;

  /** Figure 5.3, of {@code 4 · width} channels in and out. */
  public static Bottleneck same(int width) {
    return of(EXPANSION * width, width, width, 1, 1, 1);
  }

  /** Figure 5.4 as the book and He et al. (2016) have it: the first convolution has the stride. */
  public static Bottleneck downscaling(int in, int width, int stride) {
    return of(in, width, width, 1, stride, 1);
  }

  /** Figure 5.4 as torchvision has it: the 3×3 convolution has the stride, and sees all pixels. */
  public static Bottleneck downscalingInside(int in, int width, int stride) {
    return of(in, width, width, 1, 1, stride);
  }

  /**
   * ResNeXt's block (Xie et al. 2017), whose 3×3 convolution is split into groups.
   *
   * @param groupWidth channels of each group in the first section, where the width is 64
   */
  public static Bottleneck grouped(int in, int width, int stride, int groups, int groupWidth) {
    return of(in, width, width * groupWidth / 64 * groups, groups, 1, stride);
  }

  private static Bottleneck of(int in, int width, int inner, int groups, int stride1, int stride2) {
    int out = EXPANSION * width;
    int stride = stride1 * stride2;
    boolean same = in == out && stride == 1;
    return new Bottleneck(
        ResNet.convolution(in, inner, Window.square(1, stride1, 0), 1),
        new BatchNorm2d(inner),
        ResNet.convolution(inner, inner, Window.square(3, stride2, 1), groups),
        new BatchNorm2d(inner),
        ResNet.convolution(inner, out, Window.square(1, 1, 0), 1),
        new BatchNorm2d(out),
        same ? new Identity() : ResNet.projection(in, out, stride));
  }

  @Override
  public Value forward(Value x) { //                      [N, H, W, C]
    Value y = bn1.forward(conv1.forward(x)).relu(); //    [N, H, W, C/4]
    y = bn2.forward(conv2.forward(y)).relu(); //          [N, H, W, C/4]
    y = bn3.forward(conv3.forward(y)); //                 [N, H, W, C]
    Value skip = downsample.forward(x); //                [N, H, W, C]
    return y.in(this).plus(skip).relu(); //               [N, H, W, C]; in figure 5.4 H/S, W/S, 4C/S
  }
}
