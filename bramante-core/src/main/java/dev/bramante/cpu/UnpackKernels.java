package dev.bramante.cpu;

import dev.bramante.cpu.gemm.CompactForm;
import dev.bramante.cpu.gemm.MatMul;
import dev.bramante.cpu.gemm.ThinProduct;
import dev.bramante.cpu.gemm.TileEpilogue;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Node;
import dev.bramante.graph.Op;
import dev.bramante.tensor.Shape;
import java.util.List;

/** Kernels of compact weights: alone, and in the bodies that {@code join-unpack} makes. */
final class UnpackKernels {
  private UnpackKernels() {}

  /** Whether the body gathers rows of compact weights. */
  static boolean gathers(Graph body) {
    Node output = body.outputs().getFirst();
    return output.op() instanceof Op.Gather && output.input(0).op() instanceof Op.Unpack;
  }

  /** Gathers rows. */
  static Kernel gather(CpuContext context, Graph body, List<Operand> in, Operand out) {
    Node gather = body.outputs().getFirst();
    var table = new Rows(body, gather.input(0), in);
    Operand ids = in.get(body.inputs().indexOf(gather.input(1)));
    int count = gather.input(1).type().shape().size();
    return () -> {
      for (int i = 0; i < count; i++) {
        int id = ids.ints()[ids.offset() + i];
        if (id < 0 || id >= table.count) {
          throw new IndexOutOfBoundsException(
              "id %d at position %d is not a row of a table of %d rows; is the vocabulary smaller"
                      .formatted(id, i, table.count)
                  + " than the ids?");
        }
        table.unpack(id, out.floats(), out.offset() + i * table.length);
      }
    };
  }

  /** Makes floats of all. */
  static Kernel unpack(CpuContext context, Node node, List<Operand> in, Operand out) {
    Graph body = Bodies.of(node);
    var rows = new Rows(body, body.outputs().getFirst(), in);
    WorkerPool.Task task =
        (row, _) -> rows.unpack(row, out.floats(), out.offset() + row * rows.length);
    return () -> context.pool().run(task, rows.count);
  }

  /** A product: with few left rows as the weights are read, else with the weights as floats. */
  static Kernel product(
      CpuContext context,
      Epilogue epilogue,
      TileEpilogue tail,
      Graph body,
      List<Operand> in,
      Operand out) {
    Node anchor = epilogue.anchor();
    var weights = new Rows(body, anchor.input(1), in);
    Operand left = in.get(body.inputs().indexOf(anchor.input(0)));
    Operand bias = epilogue.bias().map(in::get).orElse(Operand.NONE);
    boolean hasBias = epilogue.bias().isPresent();
    int m = anchor.type().shape().size() / weights.count;
    if (m <= ThinProduct.MOST_ROWS) {
      var form = weights.form == CompactForm.BF16 ? ThinProduct.Form.BF16 : ThinProduct.Form.I8;
      var sizes =
          new ThinProduct.Sizes(m, weights.count, weights.length, form, hasBias, epilogue.relu());
      var product =
          new ThinProduct(sizes, context.lanes(), context.pool(), context.workspace(), tail);
      return () ->
          product.run(
              left.floats(),
              left.offset(),
              weights.held.ints(),
              weights.held.offset(),
              weights.scales.floats(),
              weights.scales.offset(),
              bias.floats(),
              bias.offset(),
              out.floats(),
              out.offset());
    }
    var spec = MatMulKernel.spec(anchor).ending(hasBias, epilogue.relu());
    var product = new MatMul(spec, context.lanes(), context.pool(), context.workspace(), tail);
    context.unpacked().reserve((long) weights.count * weights.length + Operand.SLACK);
    WorkerPool.Task task =
        (row, _) -> weights.unpack(row, context.unpacked().floats(), row * weights.length);
    return () -> {
      float[] floats = context.unpacked().floats();
      context.pool().run(task, weights.count);
      product.run(
          left.floats(),
          left.offset(),
          floats,
          0,
          bias.floats(),
          bias.offset(),
          out.floats(),
          out.offset());
    };
  }

  /** The compact rows that an unpacking in a body reads. */
  private static final class Rows {
    private final CompactForm form;
    private final int count;
    private final int length;
    private final Operand held;
    private final boolean scaled;
    private final Operand scales;

    Rows(Graph body, Node unpack, List<Operand> in) {
      Shape shape = unpack.type().shape();
      held = in.get(body.inputs().indexOf(unpack.input(0)));
      form = CompactForm.of(unpack.input(0).type().dtype());
      count = shape.dim(0);
      length = shape.size(1, shape.rank());
      scaled = unpack.inputs().size() > 1;
      scales = scaled ? in.get(body.inputs().indexOf(unpack.input(1))) : Operand.NONE;
    }

    void unpack(int row, float[] to, int at) {
      float scale = scaled ? scales.floats()[scales.offset() + row] : 1;
      form.floats(held.ints(), held.offset() + row * form.ints(length), length, scale, to, at);
    }
  }
}
