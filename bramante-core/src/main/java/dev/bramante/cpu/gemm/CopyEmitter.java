package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.bramante.cpu.warmup.Warmable;
import dev.bramante.cpu.warmup.Warmup;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** Writes a {@link CopyKernel} as bytecode, one class for each {@link CopyForm}. */
final class CopyEmitter {
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          CD_void, List.of(CopyForm.ARRAY, CD_int, CD_int, CopyForm.ARRAY, CD_int, CD_int, CD_int));

  private static final ConcurrentHashMap<CopyForm, CopyKernel> KERNELS = new ConcurrentHashMap<>();

  private CopyEmitter() {}

  /** The kernel for a form. */
  static CopyKernel kernel(CopyForm form) {
    return KERNELS.computeIfAbsent(form, CopyEmitter::made);
  }

  private static CopyKernel made(CopyForm form) {
    var kernel =
        EmittedClass.instance("EmittedKernel", CopyKernel.class, RUN, code -> emit(code, form));
    Warmup.add(() -> new Trial(form, kernel));
    return kernel;
  }

  private static void emit(CodeBuilder code, CopyForm form) {
    var next = code.newLabel();
    var done = code.newLabel();
    form.begin(code);
    code.iconst_0().istore(CopyForm.COUNTER);
    code.labelBinding(next);
    code.iload(CopyForm.COUNTER).iload(CopyForm.COUNT).if_icmpge(done);
    form.copy(code);
    code.iinc(CopyForm.COUNTER, 1).goto_(next);
    code.labelBinding(done);
    code.return_();
  }

  /** Some floats, for calling a kernel. */
  private record Trial(CopyForm form, CopyKernel kernel, float[] floats) implements Warmable {
    private static final int MOST = 128;

    Trial(CopyForm form, CopyKernel kernel) {
      this(form, kernel, new float[2 * MOST * form.floats()]);
    }

    @Override
    public String name() {
      return form.title();
    }

    @Override
    public void run(int count) {
      switch (form) {
        case CopyForm.Rows _ ->
            kernel.run(floats, 0, form.floats(), floats, floats.length / 2, form.floats(), count);
        case CopyForm.Transposed _ -> {
          int row = MOST * form.lanes();
          kernel.run(floats, 0, row, floats, floats.length / 2, form.lanes(), count);
        }
      }
    }

    @Override
    public int work(int count) {
      return form.instructions() * (count + 1);
    }

    @Override
    public double share() {
      return 0;
    }

    @Override
    public Warmable renewed() {
      KERNELS.remove(form);
      return new Trial(form, CopyEmitter.kernel(form));
    }
  }
}
