package dev.bramante.nn;

import dev.bramante.graph.Mode;
import dev.bramante.graph.Trace;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a network by name, in the order of the record components, and the paths of its
 * layers.
 *
 * <p>A path is made of component names and list indices, joined by dots: {@code
 * sections.2.1.conv2}. A component with an empty name that may be any layer, or a list of them, is
 * left out. A parameter's name is * made likewise, but with the names that {@link Named} gives. A
 * parameter that several layers share is listed once, by the first of its names.
 */
public final class Parameters {
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final Map<Parameter, String> names = new IdentityHashMap<>();
  private final Map<Parameter, String> places = new IdentityHashMap<>();
  private final Map<Object, String> paths = new IdentityHashMap<>();
  private final Map<String, Network> layers = new LinkedHashMap<>();

  private Parameters() {}

  /**
   * What the network holds.
   *
   * @throws IllegalArgumentException if two parameters have one name, or a layer is no record
   */
  public static Parameters of(Network network) {
    var found = new Parameters();
    found.visit(network, "", "");
    return found;
  }

  /** All that the network holds, buffers too, by name and in order. */
  public Map<String, Parameter> byName() {
    return Collections.unmodifiableMap(byName);
  }

  /** The names, in order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** The name of a parameter. */
  public String name(Parameter parameter) {
    return Optional.ofNullable(names.get(parameter))
        .orElseThrow(() -> new IllegalArgumentException(parameter + " is of another network"));
  }

  /** Where a parameter is: the path of its layer, and its own name there. */
  public String path(Parameter parameter) {
    name(parameter);
    return places.get(parameter);
  }

  /** The number of learnt numbers that the layer of a path holds itself, not in parts of it. */
  public long own(String layer) {
    return byName.values().stream()
        .filter(p -> p.isLearnt() && parent(places.get(p)).equals(layer))
        .mapToLong(p -> p.shape().size())
        .sum();
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }

  /** The layers by path, in order; the network itself has an empty path. */
  public Map<String, Network> layers() {
    return Collections.unmodifiableMap(layers);
  }

  /** The number of learnt numbers. */
  public long count() {
    return byName.values().stream()
        .filter(Parameter::isLearnt)
        .mapToLong(p -> p.shape().size())
        .sum();
  }

  /** A trace that knows the layers by their paths. */
  public Trace trace(Mode mode) {
    return new Trace(paths, mode);
  }

  private void visit(Object part, String name, String path) {
    switch (part) {
      case Parameter parameter -> add(parameter, name, path);
      case Collection<?> parts -> visitAll(parts, name + (name.isEmpty() ? "" : "."), 0, path);
      case Optional<?> maybe -> maybe.ifPresent(it -> visit(it, name, path));
      case Record layer when layer instanceof Network -> visitLayer(layer, name, path);
      case Network layer when !(layer instanceof Enum<?>) ->
          throw new IllegalArgumentException(
              "layer " + path + " is no record: " + layer.getClass().getName());
      default -> {
        // A number or an option of the layer, which holds no parameter.
      }
    }
  }

  private void add(Parameter parameter, String name, String path) {
    places.putIfAbsent(parameter, path);
    if (names.putIfAbsent(parameter, name) == null && byName.putIfAbsent(name, parameter) != null) {
      throw new IllegalArgumentException("two parameters are named " + name);
    }
  }

  /** The parts' names are a prefix and a number that counts from the first. */
  private void visitAll(Collection<?> parts, String prefix, int first, String path) {
    int index = 0;
    for (Object part : parts) {
      visit(part, prefix + (first + index), join(path, Integer.toString(index)));
      index++;
    }
  }

  private void visitLayer(Record layer, String name, String path) {
    if (paths.putIfAbsent(layer, path) == null) {
      layers.putIfAbsent(path, (Network) layer);
    }
    for (RecordComponent component : layer.getClass().getRecordComponents()) {
      visitComponent(layer, component, name, path);
    }
  }

  private void visitComponent(Record layer, RecordComponent component, String name, String path) {
    String own = component.getName();
    Object part = read(layer, component);
    Optional<Named> named = Optional.ofNullable(component.getAnnotation(Named.class));
    String given = join(name, named.map(Named::value).orElse(own));
    boolean anyLayer =
        component.getType() == Layer.class || component.getType() == Sequential.class;
    boolean unnamed = given.equals(name) && (anyLayer || part instanceof Collection<?>);
    String place = unnamed ? path : join(path, own);
    int first = named.map(Named::from).orElse(-1);
    if (first >= 0 && part instanceof Collection<?> parts) {
      visitAll(parts, given, first, place);
    } else {
      visit(part, given, place);
    }
  }

  /** The value of a component. */
  static Object read(Record layer, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(layer);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalArgumentException("cannot read " + component + " of " + layer, e);
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
  }
}
