package dev.bramante.cpu;

import dev.bramante.cpu.gemm.ConvEnding;
import dev.bramante.cpu.gemm.ConvForward;
import dev.bramante.cpu.gemm.ConvSpec;
import dev.bramante.cpu.gemm.Convolution;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.gemm.WinogradForward;
import java.util.Optional;

/** A convolution with its epilogue; weights that never change are packed once. */
final class ConvForwardKernel implements Kernel {
  private final Convolution convolution;
  private final Operand x;
  private final Operand weight;
  private final Operand bias;
  private final Operand y;
  private final Optional<Operand> packed;

  ConvForwardKernel(
      CpuContext context,
      CpuMemory memory,
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
    this.packed =
        weightStable ? Optional.of(memory.reserve(convolution.packedSize())) : Optional.empty();
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
    if (packed.isPresent()) {
      Operand to = packed.get();
      convolution.packWeights(weight.floats(), weight.offset(), to.floats(), to.offset());
    }
  }

  @Override
  public boolean packs() {
    return packed.isPresent();
  }

  @Override
  public void run() {
    Operand filters = packed.orElse(weight);
    convolution.run(
        x.floats(),
        x.offset(),
        filters.floats(),
        filters.offset(),
        bias.floats(),
        bias.offset(),
        y.floats(),
        y.offset());
  }
}
