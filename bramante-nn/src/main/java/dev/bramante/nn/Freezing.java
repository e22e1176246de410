package dev.bramante.nn;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A network with some of its parts frozen: batch normalisations whose scale and shift are not to
 * change keep their running statistics too. All parameters are those of the original.
 */
public final class Freezing {
  private final Predicate<Parameter> frozen;
  private final Map<Object, Object> made = new IdentityHashMap<>();

  private Freezing(Predicate<Parameter> frozen) {
    this.frozen = frozen;
  }

  /**
   * The network with batch normalisations frozen.
   *
   * @param frozen whether a learnt parameter is not to change
   */
  public static Network of(Network network, Predicate<Parameter> frozen) {
    return (Network) new Freezing(frozen).part(network);
  }

  private Object part(Object part) {
    Object known = made.get(part);
    if (known != null) {
      return known; // a layer that is used twice stays one
    }
    Object result =
        switch (part) {
          case BatchNorm2d norm when frozen.test(norm.weight()) && frozen.test(norm.bias()) ->
              norm.asFrozen();
          case List<?> parts -> list(parts);
          case Optional<?> maybe -> maybe.map(this::part);
          case Record layer when layer instanceof Network -> record(layer);
          default -> part;
        };
    made.put(part, result);
    return result;
  }

  private List<?> list(List<?> parts) {
    List<Object> changed = new ArrayList<>();
    parts.forEach(it -> changed.add(part(it)));
    return isSame(parts.toArray(), changed.toArray()) ? parts : List.copyOf(changed);
  }

  /** The record itself if nothing in it has changed, another with the changed parts otherwise. */
  private Record record(Record layer) {
    RecordComponent[] components = layer.getClass().getRecordComponents();
    Object[] parts = Arrays.stream(components).map(it -> Parameters.read(layer, it)).toArray();
    Object[] changed = Arrays.stream(parts).map(this::part).toArray();
    return isSame(parts, changed) ? layer : copy(layer.getClass(), components, changed);
  }

  private static boolean isSame(Object[] parts, Object[] changed) {
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] != changed[i]) {
        return false;
      }
    }
    return true;
  }

  private static Record copy(
      Class<? extends Record> type, RecordComponent[] components, Object[] parts) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(parts);
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new IllegalArgumentException("cannot make another " + type.getName(), e);
    }
  }
}
