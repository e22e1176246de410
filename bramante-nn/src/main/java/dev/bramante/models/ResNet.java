package dev.bramante.models;

import dev.bramante.graph.Value;
import dev.bramante.graph.Window;
import dev.bramante.nn.BatchNorm2d;
import dev.bramante.nn.Conv2d;
import dev.bramante.nn.GlobalAvgPool2d;
import dev.bramante.nn.Identity;
import dev.bramante.nn.Initializer;
import dev.bramante.nn.Layer;
import dev.bramante.nn.Linear;
import dev.bramante.nn.MaxPool2d;
import dev.bramante.nn.Named;
import dev.bramante.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/** Figure 5.5: stem, sections of residual blocks, average pooling, one fully connected layer. */
public record ResNet(
    @Named("") Stem stem,
    @Named(value = "layer", from = 1) List<Sequential> sections,
    GlobalAvgPool2d avgpool,
    Linear fc)
    implements Layer {
  /** What comes before the first block. */
  public record Stem(Conv2d conv1, BatchNorm2d bn1, Layer pool) implements Layer {
    @Override
    public Value forward(Value x) { //                       [N, 224, 224, 3]
      x = bn1.forward(conv1.forward(x)).relu(); //           [N, 112, 112, 64]
      return pool.forward(x); //                             [N, 56, 56, 64]
    }
  }

  /** Makes a block. */
  @FunctionalInterface
  public interface Block {
    /** For {@code in} channels, in a section of a width, at its beginning with a stride. */
    Layer of(int in, int width, int stride);
  }

  /**
   * For photographs: four sections of {@code blocks} from a width of 64.
   *
   * @param expansion a block's channels, in multiples of the width
   */
  public static ResNet large(int channels, int classes, Block block, int expansion, int... blocks) {
    var conv1 = convolution(channels, 64, Window.square(7, 2, 3), 1);
    var stem = new Stem(conv1, new BatchNorm2d(64), new MaxPool2d(3, 2, 1));
    return of(stem, classes, block, expansion, blocks);
  }

  /**
   * For images of 32×32: three sections of equally many blocks of two layers from a width of 16.
   */
  public static ResNet small(int layers, int channels, int classes, Block block) {
    int blocks = (layers - 2) / 6;
    if (layers < 8 || (layers - 2) % 6 != 0) {
      throw new IllegalArgumentException("layers must be 6n + 2, not " + layers);
    }
    var conv1 = convolution(channels, 16, Window.square(3, 1, 1), 1);
    var stem = new Stem(conv1, new BatchNorm2d(16), new Identity());
    return of(stem, classes, block, 1, blocks, blocks, blocks);
  }

  private static ResNet of(Stem stem, int classes, Block block, int expansion, int... blocks) {
    List<Sequential> sections = new ArrayList<>();
    int in = stem.conv1().out();
    int width = in;
    for (int section = 0; section < blocks.length; section++) {
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < blocks[section]; i++) {
        layers.add(block.of(in, width, i == 0 && section > 0 ? 2 : 1));
        in = expansion * width;
      }
      sections.add(new Sequential(layers));
      width *= 2;
    }
    return new ResNet(stem, List.copyOf(sections), new GlobalAvgPool2d(), new Linear(in, classes));
  }

  /** A convolution before a batch normalisation, which makes a bias useless. */
  static Conv2d convolution(int in, int out, Window window, int groups) {
    var initializer = Initializer.kaimingNormal(Initializer.Fan.OUT);
    return Conv2d.withoutBias(in, out, window, groups, initializer);
  }

  /** A skip path to another shape. */
  static Sequential projection(int in, int out, int stride) {
    return new Sequential(
        convolution(in, out, Window.square(1, stride, 0), 1), new BatchNorm2d(out));
  }

  @Override
  public Value forward(Value x) { //                         [N, 224, 224, 3]
    x = stem.forward(x); //                                  [N, 56, 56, 64]
    for (var section : sections) {
      x = section.forward(x); //                             [N, 56, 56, 256], …, [N, 7, 7, 2048]
    }
    x = avgpool.forward(x); //                               [N, 2048]
    return fc.forward(x); //                                 [N, classes]
  }
}
