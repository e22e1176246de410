package dev.bramante.cpu;

import dev.bramante.cpu.gemm.GemmSpec;
import dev.bramante.cpu.gemm.ThinProduct;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;

/** A product of few rows with large weights, which are read as they lie and not packed. */
record ThinKernel(ThinProduct product, Operand x, Operand w, Operand bias, Operand y)
    implements Kernel {
  private static final float[] NO_SCALES = {};

  ThinKernel(
      CpuContext context,
      Epilogue epilogue,
      TileEpilogue tail,
      Operand x,
      Operand w,
      Operand bias,
      Operand y) {
    this(
        new ThinProduct(
            sizes(epilogue), context.lanes(), context.pool(), context.workspace(), tail),
        x,
        w,
        bias,
        y);
  }

  private static ThinProduct.Sizes sizes(Epilogue epilogue) {
    GemmSpec spec = MatMulKernel.spec(epilogue.anchor());
    return new ThinProduct.Sizes(
        spec.m(),
        spec.n(),
        spec.k(),
        ThinProduct.Form.F32,
        epilogue.bias().isPresent(),
        epilogue.relu());
  }

  /** Whether the product is of that kind: X · Wᵀ. */
  static boolean pays(Node node) {
    if (!(node.op() instanceof Op.MatMul(var transposeA, var transposeB)) || !transposeB) {
      return false;
    }
    GemmSpec spec = MatMulKernel.spec(node);
    return !transposeA && spec.batch() == 1 && ThinProduct.pays(spec.m(), spec.n(), spec.k());
  }

  @Override
  public void run() {
    product.run(
        x.floats(),
        x.offset(),
        w.floats(),
        w.offset(),
        NO_SCALES,
        0,
        bias.floats(),
        bias.offset(),
        y.floats(),
        y.offset());
  }
}
