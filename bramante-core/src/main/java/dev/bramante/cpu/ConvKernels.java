package dev.bramante.cpu;

import dev.bramante.cpu.gemm.ConvAxis;
import dev.bramante.cpu.gemm.ConvInputGradient;
import dev.bramante.cpu.gemm.ConvSpec;
import dev.bramante.cpu.gemm.ConvWeightGradient;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.gemm.WinogradForward;
import dev.bramante.cpu.gemm.WinogradWeightGradient;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;

/** The gradients of convolutions as kernels. */
final class ConvKernels {
  private ConvKernels() {}

  /** The sizes of a convolution of images x with a weight [KH, KW, C/groups, O]. */
  static ConvSpec spec(Window window, int groups, Shape x, Shape weight) {
    // All at once: without its padding, the image of a deep layer is smaller than the kernel.
    return new ConvSpec(
        x.dim(0),
        x.dim(1),
        x.dim(2),
        x.dim(3),
        weight.dim(3),
        new ConvAxis(
            window.kernelH(), window.strideH(), window.padH(), window.padH(), window.dilationH()),
        new ConvAxis(
            window.kernelW(), window.strideW(), window.padW(), window.padW(), window.dilationW()),
        groups);
  }

  static Kernel inputGradient(
      CpuContext context,
      ConvSpec spec,
      TileEpilogue tail,
      Operand dy,
      Operand weight,
      Operand dx) {
    if (context.winograd() && WinogradForward.paysForInputGradient(spec)) {
      var gradient =
          WinogradForward.ofInputGradient(
              spec, context.lanes(), context.pool(), context.workspace(), tail);
      return () ->
          gradient.run(
              dy.floats(), dy.offset(), weight.floats(), weight.offset(), dx.floats(), dx.offset());
    }
    var gradient =
        new ConvInputGradient(spec, context.lanes(), context.pool(), context.workspace(), tail);
    return () ->
        gradient.run(
            dy.floats(), dy.offset(), weight.floats(), weight.offset(), dx.floats(), dx.offset());
  }

  static Kernel weightGradient(
      CpuContext context, ConvSpec spec, Operand x, Operand dy, Operand dw) {
    if (context.winograd() && WinogradWeightGradient.pays(spec)) {
      var gradient =
          new WinogradWeightGradient(spec, context.lanes(), context.pool(), context.workspace());
      return () ->
          gradient.run(x.floats(), x.offset(), dy.floats(), dy.offset(), dw.floats(), dw.offset());
    }
    var gradient =
        new ConvWeightGradient(spec, context.lanes(), context.pool(), context.workspace());
    return () ->
        gradient.run(x.floats(), x.offset(), dy.floats(), dy.offset(), dw.floats(), dw.offset());
  }
}
