package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmable;
import java.util.Locale;

/** Squares of zeros, for calling a part of a transform until it is compiled. */
record TransformTrial(Transform transform, TransformSpec spec, float[] from, float[] to)
    implements Warmable {
  /** The most vectors of channels. */
  private static final int MAX_VECTORS = 32;

  /** Vector instructions in a cycle, as a share of what a micro-kernel does. */
  private static final double SHARE = 0.3;

  TransformTrial(Transform transform, TransformSpec spec) {
    this(transform, spec, square(spec, spec.form().inputs()), square(spec, spec.form().outputs()));
  }

  private static float[] square(TransformSpec spec, int side) {
    return new float[side * side * MAX_VECTORS * spec.lanes()];
  }

  @Override
  public String name() {
    return "transform %s, part %d of %d"
        .formatted(spec.form().name().toLowerCase(Locale.ROOT), spec.part(), spec.lanes());
  }

  @Override
  public void run(int trips) {
    int width = MAX_VECTORS * spec.lanes();
    int vectors = Math.min(trips, MAX_VECTORS);
    int fromRow = spec.form().inputs() * width;
    int toRow = spec.form().outputs() * width;
    transform.part(spec.part()).run(vectors, from, 0, fromRow, width, to, 0, toRow, width, from, 0);
  }

  @Override
  public int work(int trips) {
    int rows = spec.form().parts().get(spec.part()).length;
    return trips * (spec.form().inputs() + rows) * (spec.form().inputs() + spec.form().outputs());
  }

  @Override
  public double share() {
    return SHARE;
  }

  @Override
  public Warmable renewed() {
    transform.remake(spec);
    return new TransformTrial(transform, spec);
  }
}
