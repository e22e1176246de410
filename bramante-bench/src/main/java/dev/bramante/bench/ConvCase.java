package dev.bramante.bench;

import dev.bramante.cpu.gemm.ConvSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A convolution of a network.
 *
 * @param spec its sizes
 * @param count how often the network has it
 */
record ConvCase(ConvSpec spec, int count) {

  /** The distinct convolutions of a network on images of 224 × 224. */
  static List<ConvCase> of(String network, int batch) {
    return switch (network) {
      case "alexnet" -> alexnet(batch);
      case "vgg16" -> vgg16(batch);
      case "resnet18" -> resnet18(batch);
      case "resnet50" -> resnet50(batch);
      default ->
          throw new IllegalArgumentException(
              "no network '" + network + "': alexnet, vgg16, resnet18 and resnet50 are known");
    };
  }

  private static List<ConvCase> alexnet(int batch) {
    return List.of(
        of(batch, 224, 3, 11, 64, 4, 2, 1),
        of(batch, 27, 64, 5, 192, 1, 2, 1),
        of(batch, 13, 192, 3, 384, 1, 1, 1),
        of(batch, 13, 384, 3, 256, 1, 1, 1),
        of(batch, 13, 256, 3, 256, 1, 1, 1));
  }

  private static List<ConvCase> vgg16(int batch) {
    return List.of(
        of(batch, 224, 3, 3, 64, 1, 1, 1),
        of(batch, 224, 64, 3, 64, 1, 1, 1),
        of(batch, 112, 64, 3, 128, 1, 1, 1),
        of(batch, 112, 128, 3, 128, 1, 1, 1),
        of(batch, 56, 128, 3, 256, 1, 1, 1),
        of(batch, 56, 256, 3, 256, 1, 1, 2),
        of(batch, 28, 256, 3, 512, 1, 1, 1),
        of(batch, 28, 512, 3, 512, 1, 1, 2),
        of(batch, 14, 512, 3, 512, 1, 1, 3));
  }

  private static List<ConvCase> resnet18(int batch) {
    var cases = new ArrayList<ConvCase>();
    cases.add(of(batch, 224, 3, 7, 64, 2, 3, 1));
    cases.add(of(batch, 56, 64, 3, 64, 1, 1, 4));
    for (int size = 28, channels = 128; size >= 7; size /= 2, channels *= 2) {
      cases.add(of(batch, 2 * size, channels / 2, 3, channels, 2, 1, 1));
      cases.add(of(batch, 2 * size, channels / 2, 1, channels, 2, 0, 1));
      cases.add(of(batch, size, channels, 3, channels, 1, 1, 3));
    }
    return cases;
  }

  private static List<ConvCase> resnet50(int batch) {
    var cases = new ArrayList<ConvCase>();
    cases.add(of(batch, 224, 3, 7, 64, 2, 3, 1));
    cases.add(of(batch, 56, 64, 1, 64, 1, 0, 1));
    cases.add(of(batch, 56, 64, 3, 64, 1, 1, 3));
    cases.add(of(batch, 56, 64, 1, 256, 1, 0, 4));
    cases.add(of(batch, 56, 256, 1, 64, 1, 0, 2));
    int[] blocks = {4, 6, 3};
    for (int i = 0, size = 28, channels = 128; i < 3; i++, size /= 2, channels *= 2) {
      int repeated = blocks[i] - 1;
      cases.add(of(batch, 2 * size, 2 * channels, 1, channels, 1, 0, 1));
      cases.add(of(batch, 2 * size, channels, 3, channels, 2, 1, 1));
      cases.add(of(batch, 2 * size, 2 * channels, 1, 4 * channels, 2, 0, 1));
      cases.add(of(batch, size, 4 * channels, 1, channels, 1, 0, repeated));
      cases.add(of(batch, size, channels, 3, channels, 1, 1, repeated));
      cases.add(of(batch, size, channels, 1, 4 * channels, 1, 0, repeated + 1));
    }
    return cases;
  }

  private static ConvCase of(
      int batch, int size, int channels, int kernel, int filters, int stride, int pad, int count) {
    var spec =
        ConvSpec.of(batch, size, size, channels, kernel, kernel, filters)
            .stride(stride, stride)
            .padding(pad, pad, pad, pad);
    return new ConvCase(spec, count);
  }

  /** Whether the network needs its input gradient; images have none. */
  boolean needsInputGradient() {
    return spec.channels() > 3;
  }

  double flops() {
    double pixels = (double) spec.n() * spec.outHeight() * spec.outWidth();
    return 2 * pixels * spec.filters() * spec.kernelHeight() * spec.kernelWidth() * spec.channels();
  }

  @Override
  public String toString() {
    return "%d × %d×%d×%d, %d×%d/%d, %d"
        .formatted(
            spec.n(),
            spec.height(),
            spec.width(),
            spec.channels(),
            spec.kernelHeight(),
            spec.kernelWidth(),
            spec.strideHeight(),
            spec.filters());
  }
}
