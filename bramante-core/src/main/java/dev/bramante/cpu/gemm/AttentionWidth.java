package dev.bramante.cpu.gemm;

import dev.bramante.cpu.warmup.Warmable;
import dev.bramante.cpu.warmup.Warmup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link AttentionRows} of each vector width. */
final class AttentionWidth {
  private static final ConcurrentHashMap<Integer, AttentionRows> ROWS = new ConcurrentHashMap<>();

  private AttentionWidth() {}

  /** The rows of a vector width of 16, 8 or 4 lanes. */
  static AttentionRows of(int lanes) {
    return ROWS.computeIfAbsent(lanes, AttentionWidth::made);
  }

  private static AttentionRows made(int lanes) {
    var shape = VectorShape.forBitSize(lanes * Float.SIZE);
    AttentionRows rows = loaded(VectorSpecies.of(float.class, shape));
    trials(rows, lanes).forEach(trial -> Warmup.add(() -> trial));
    return rows;
  }

  private static AttentionRows loaded(VectorSpecies<Float> species) {
    String file = AttentionRowsTemplate.class.getSimpleName() + ".class";
    try (var stream = AttentionRowsTemplate.class.getResourceAsStream(file)) {
      byte[] bytes = stream.readAllBytes();
      var lookup = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, species, true);
      var constructor =
          lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class));
      return (AttentionRows) constructor.invoke();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot load attention for " + species, e);
    }
  }

  /** A method on an array of zeros, so that it is compiled before it has work. */
  private record Trial(String name, int lanes, int vectorWork, IntConsumer call)
      implements Warmable {
    @Override
    public void run(int trips) {
      call.accept(trips * lanes);
    }

    @Override
    public int work(int trips) {
      return vectorWork * (trips + 2);
    }

    @Override
    public double share() {
      return 0;
    }

    @Override
    public Warmable renewed() {
      return this;
    }
  }

  private static List<Warmable> trials(AttentionRows rows, int lanes) {
    var s = new float[64 * lanes];
    var d = new float[64 * lanes];
    return List.of(
        new Trial("attention max", lanes, 4, n -> rows.max(s, 0, n)),
        new Trial("attention exp", lanes, 20, n -> rows.exp(s, 0, n, 1, 0)),
        new Trial("attention gradient", lanes, 24, n -> rows.gradient(s, 0, d, 0, n, 1, 0, 0, 1)),
        new Trial("attention dropout", lanes, 30, n -> rows.drop(s, 0, n, 1, 0, 1, 1)),
        new Trial("attention scale", lanes, 4, n -> rows.scale(s, 0, n, 1)),
        new Trial("attention dot", lanes, 4, n -> rows.dot(s, 0, d, 0, n)));
  }
}
