package dev.bramante.cpu;

import dev.bramante.cpu.gemm.GemmSpec;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.Optional;

/** A matrix product with its epilogue; a right operand that never changes is packed once. */
final class MatMulKernel implements Kernel {
  private final SectionedProduct product;
  private final Operand a;
  private final Operand b;
  private final Operand bias;
  private final Operand c;
  private final Optional<Operand> packed;

  MatMulKernel(
      CpuContext context,
      CpuMemory memory,
      Epilogue epilogue,
      TileEpilogue tail,
      Operand a,
      Operand b,
      boolean bStable,
      Operand bias,
      Operand c) {
    this.a = a;
    this.b = b;
    this.bias = bias;
    this.c = c;
    GemmSpec spec = spec(epilogue.anchor()).ending(epilogue.bias().isPresent(), epilogue.relu());
    boolean packable = bStable && (spec.batch() == 1 || spec.strideB() == 0);
    this.product = new SectionedProduct(context, packable ? spec.prepacked() : spec, tail);
    this.packed = packable ? Optional.of(memory.reserve(product.packedSize())) : Optional.empty();
  }

  /**
   * The sizes of a product; a batch of left operands for one right operand is one taller product.
   */
  static GemmSpec spec(Node node) {
    if (!(node.op() instanceof Op.MatMul(var transposeA, var transposeB))) {
      throw new IllegalArgumentException("no matrix product: " + node.op());
    }
    Shape sa = node.input(0).type().shape();
    Shape sb = node.input(1).type().shape();
    int m = node.type().shape().dim(-2);
    int n = node.type().shape().dim(-1);
    int k = sa.dim(transposeA ? -2 : -1);
    int batch = sa.size(0, sa.rank() - 2);
    boolean shared = sb.size(0, sb.rank() - 2) == 1;
    if (shared && !transposeA) {
      return GemmSpec.of(m * batch, n, k).transposed(false, transposeB);
    }
    return GemmSpec.of(m, n, k)
        .transposed(transposeA, transposeB)
        .batched(batch, m * k, shared ? 0 : k * n, m * n);
  }

  @Override
  public void prepare() {
    if (packed.isPresent()) {
      product.packB(b, packed.get());
    }
  }

  @Override
  public boolean packs() {
    return packed.isPresent();
  }

  @Override
  public void run() {
    product.run(a, packed.orElse(b), bias, c);
  }
}
