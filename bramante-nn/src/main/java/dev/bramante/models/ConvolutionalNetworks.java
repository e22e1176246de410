package dev.bramante.models;

import dev.bramante.config.Config;
import dev.bramante.nn.Network;
import dev.bramante.nn.Recomputed;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The registry's networks for images. Names are torchvision's, where it has the network. */
final class ConvolutionalNetworks {
  private static final Function<Config, Shape> IMAGE =
      c -> Shape.of(c.integer("image"), c.integer("image"), c.integer("channels"));

  private ConvolutionalNetworks() {}

  static List<Architecture> all() {
    var all = new ArrayList<Architecture>();
    all.add(
        withDropout(
            "alexnet",
            "AlexNet, five convolutions and three fully connected layers (section 5.2)",
            c -> new AlexNet(channels(c), classes(c), dropout(c))));
    for (int layers : new int[] {11, 13, 16, 19}) {
      all.add(
          withDropout(
              "vgg" + layers,
              "VGG of %d layers (section 5.2)".formatted(layers),
              c -> Vgg.plain(layers, channels(c), classes(c), dropout(c))));
      all.add(
          withDropout(
              "vgg" + layers + "_bn",
              "VGG of %d layers with batch normalisation".formatted(layers),
              c -> Vgg.normalized(layers, channels(c), classes(c), dropout(c))));
    }
    all.addAll(residual());
    for (int layers : new int[] {20, 32, 44, 56, 110}) {
      all.add(
          small(
              "resnet" + layers,
              "ResNet of %d layers for images of 32×32".formatted(layers),
              c -> ResNet.small(layers, channels(c), classes(c), BasicBlock::padding)));
      all.add(
          small(
              "plain" + layers,
              "twin of resnet%d without residual connections".formatted(layers),
              c -> ResNet.small(layers, channels(c), classes(c), PlainBlock::new)));
    }
    return List.copyOf(all);
  }

  private static List<Architecture> residual() {
    ResNet.Block basic = BasicBlock::projecting;
    ResNet.Block inside = Bottleneck::downscalingInside;
    ResNet.Block first = Bottleneck::downscaling;
    ResNet.Block grouped = (in, width, stride) -> Bottleneck.grouped(in, width, stride, 32, 4);
    String bottlenecks = "ResNet of %d layers, bottlenecks (figure 5.5)";
    return List.of(
        large("resnet18", "ResNet of 18 layers, basic blocks", basic, 1, 2, 2, 2, 2),
        large("resnet34", "ResNet of 34 layers, basic blocks", basic, 1, 3, 4, 6, 3),
        large("resnet50", bottlenecks.formatted(50), inside, 4, 3, 4, 6, 3),
        large("resnet101", bottlenecks.formatted(101), inside, 4, 3, 4, 23, 3),
        large("resnet152", bottlenecks.formatted(152), inside, 4, 3, 8, 36, 3),
        large(
            "resnet50_book",
            "resnet50 with the stride in the first convolution, as in figure 5.4",
            first,
            4,
            3,
            4,
            6,
            3),
        large(
            "resnext50_32x4d",
            "ResNeXt of 50 layers, 32 groups of 4 channels",
            grouped,
            4,
            3,
            4,
            6,
            3));
  }

  private static Architecture large(
      String name, String description, ResNet.Block block, int expansion, int... blocks) {
    return Architecture.of(
        name,
        description,
        Config.defaults("classes", "1000", "channels", "3", "image", "224", "recompute", "false"),
        c -> ResNet.large(channels(c), classes(c), recomputed(c, block), expansion, blocks),
        IMAGE);
  }

  /** With activations that training computes again instead of keeping them, if asked. */
  private static ResNet.Block recomputed(Config config, ResNet.Block block) {
    return config.bool("recompute")
        ? (in, width, stride) -> new Recomputed(block.of(in, width, stride))
        : block;
  }

  private static Architecture small(
      String name, String description, Function<Config, Network> network) {
    return Architecture.of(
        name,
        description,
        Config.defaults("classes", "10", "channels", "3", "image", "32"),
        network,
        IMAGE);
  }

  private static Architecture withDropout(
      String name, String description, Function<Config, Network> network) {
    return Architecture.of(
        name,
        description,
        Config.defaults("classes", "1000", "channels", "3", "image", "224", "dropout", "0.5"),
        network,
        IMAGE);
  }

  private static int channels(Config config) {
    return config.integer("channels");
  }

  private static int classes(Config config) {
    return config.integer("classes");
  }

  private static float dropout(Config config) {
    return (float) config.number("dropout");
  }
}
