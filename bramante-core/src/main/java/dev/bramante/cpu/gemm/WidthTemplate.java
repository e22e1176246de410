package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.DEFAULT_NAME;

import dev.bramante.cpu.warmup.Warmable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.IntConsumer;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Vector code that is written once, as source, and loaded as a hidden class for each vector width,
 * which it is given as class data: so the species is a constant.
 */
final class WidthTemplate {
  private WidthTemplate() {}

  /** An instance of the template, which has no arguments, for vectors of so many floats. */
  static Object load(Class<?> template, int lanes) {
    VectorSpecies<Float> species =
        VectorSpecies.of(float.class, VectorShape.forBitSize(lanes * Float.SIZE));
    String file = template.getSimpleName() + ".class";
    try (var stream = template.getResourceAsStream(file)) {
      byte[] bytes = stream.readAllBytes();
      var lookup = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, species, true);
      var constructor =
          lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class));
      return constructor.invoke();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot load " + file + " for " + species, e);
    }
  }

  /** What a hidden class of a template is loaded for. */
  @SuppressWarnings("unchecked")
  static VectorSpecies<Float> species(MethodHandles.Lookup lookup) {
    try {
      return MethodHandles.classData(lookup, DEFAULT_NAME, VectorSpecies.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("not loaded for a vector width", e);
    }
  }

  /**
   * A method on an array of zeros, so that it is compiled before it has work.
   *
   * @param lanes floats in a vector
   * @param vectorWork vector instructions of a trip
   * @param call takes the number of floats, one vector for each trip
   */
  record Trial(String name, int lanes, int vectorWork, IntConsumer call) implements Warmable {
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
}
