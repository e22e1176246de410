package dev.bramante.cpu;

import dev.bramante.cpu.gemm.ConvEnding;
import dev.bramante.cpu.gemm.ConvForward;
import dev.bramante.cpu.gemm.ConvSpec;
import dev.bramante.cpu.gemm.Convolution;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.gemm.WinogradForward;

/** A convolution with its epilogue; weights that never change are packed once. */
final class ConvForwardKernel implements Kernel {
  private final Convolution convolution;
  private final Operand x;
  private final Operand weight;
  private final Operand bias;
  private final Operand y;
  private final float[] packed;

  ConvForwardKernel(
      CpuContext context,
      ConvSpec spec,
      Epilogue epilogue,
      TileEpilogue tail,
      Operand x,
      Operand weight,
      boolean weightStable,
      Operand bias,
      Operand y) {
    this.x = x;
    this.weight = weight;
    this.bias = bias;
    this.y = y;
    var ending = new ConvEnding(epilogue.bias().isPresent(), epilogue.relu(), weightStable);
    this.convolution = convolution(context, spec, ending, tail);
    this.packed = weightStable ? new float[convolution.packedSize() + Operand.SLACK] : new float[0];
  }

  private static Convolution convolution(
      CpuContext context, ConvSpec spec, ConvEnding ending, TileEpilogue tail) {
    int lanes = context.lanes();
    if (context.winograd() && WinogradForward.pays(spec, ending.packedWeights())) {
      return new WinogradForward(spec, ending, lanes, context.pool(), context.workspace(), tail);
    }
    return new ConvForward(spec, ending, lanes, context.pool(), context.workspace(), tail);
  }

  @Override
  public void prepare() {
    if (packed.length > 0) {
      convolution.packWeights(weight.floats(), weight.offset(), packed, 0);
    }
  }

  @Override
  public void run() {
    boolean isPacked = packed.length > 0;
    convolution.run(
        x.floats(),
        x.offset(),
        isPacked ? packed : weight.floats(),
        isPacked ? 0 : weight.offset(),
        bias.floats(),
        bias.offset(),
        y.floats(),
        y.offset());
  }
}
