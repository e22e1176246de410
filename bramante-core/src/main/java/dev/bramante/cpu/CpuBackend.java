package dev.bramante.cpu;

import dev.bramante.backend.Backend;
import dev.bramante.backend.Executable;
import dev.bramante.backend.Footprint;
import dev.bramante.backend.Profile;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.cpu.warmup.Warmup;
import dev.bramante.plan.Plan;
import java.util.List;

/** Kernels of the Vector API on a pool of threads. */
final class CpuBackend implements Backend {
  /**
   * Up to so much work is done before its kernels are compiled, even at the interpreter's 50
   * MFLOP/s.
   */
  private static final long COLD_FLOPS = 10_000_000;

  private final WorkerPool pool;
  private final int vectorBits;
  private final boolean winograd;
  private final CpuVariables variables = new CpuVariables();
  private final CpuArenas arenas = new CpuArenas();

  CpuBackend(WorkerPool pool, int vectorBits, boolean winograd) {
    this.pool = pool;
    this.winograd = winograd;
    this.vectorBits = vectorBits;
  }

  @Override
  public String name() {
    return "cpu, vectors of %d bits, %d thread%s"
        .formatted(vectorBits, pool.threads(), pool.threads() == 1 ? "" : "s");
  }

  @Override
  public CpuVariables variables() {
    return variables;
  }

  @Override
  public Executable load(Plan plan) {
    var memory = new CpuMemory(plan, variables);
    var executable = executable(plan, memory);
    Footprint needs = memory.footprint();
    long shared = needs.arena() + needs.scratch();
    HeapCheck.require(
        needs,
        arenas.missing(shared) + needs.packed() + needs.staging() + memory.missingVariables());
    arenas.promise(shared);
    memory.promiseVariables();
    if (plan.cost().flops() > COLD_FLOPS) {
      Warmup.run();
    }
    return executable;
  }

  @Override
  public Footprint footprint(Plan plan) {
    var memory = new CpuMemory(plan, variables);
    return executable(plan, memory).footprint();
  }

  private CpuExecutable executable(Plan plan, CpuMemory memory) {
    var context = new CpuContext(pool, vectorBits, winograd, memory.workspace(), memory.unpacked());
    var lowering = new Lowering(plan, memory, context);
    List<Kernel> prologue = plan.prologue().stream().map(lowering::lower).toList();
    List<Kernel> steps = plan.steps().stream().map(lowering::lower).toList();
    return new CpuExecutable(plan, this, memory, prologue, steps);
  }

  /** Where executables run. */
  CpuArenas arenas() {
    return arenas;
  }

  @Override
  public Profile.Peaks peaks() {
    return CpuPeaks.measured(vectorBits / Float.SIZE, pool);
  }
}
