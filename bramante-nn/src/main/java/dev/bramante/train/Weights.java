package dev.bramante.train;

import dev.bramante.backend.Variables;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.io.TensorSource;
import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Where the numbers of a network's parameters live: one variable for each large parameter, one for
 * all others of a group, in which they lie one after the other, one for what is frozen, and one for
 * the buffers. An optimizer's state has the same layout in variables of its own, for what is learnt
 * alone.
 *
 * <p>Outside, numbers go by the parameters' names and in the shapes that checkpoints have.
 */
public final class Weights {
  private static final String LEARNT = "weights.";

  /**
   * From so many elements on a parameter has a variable of its own, 1 MB, whose update takes longer
   * than calling another kernel, and whose gradient need not wait for those of all others.
   */
  private static final int LARGE = 1 << 18;

  private final List<ParameterGroup> groups;
  private final List<Flat> flats;
  private final Optional<Flat> frozen;
  private final Optional<Flat> buffers;

  private Weights(
      List<ParameterGroup> groups,
      List<Flat> flats,
      Optional<Flat> frozen,
      Optional<Flat> buffers) {
    this.groups = groups;
    this.flats = flats;
    this.frozen = frozen;
    this.buffers = buffers;
  }

  /**
   * Lays a network's parameters out, each in the first group that takes it, and its buffers.
   *
   * @throws IllegalArgumentException if no group takes a parameter
   */
  public static Weights of(Parameters parameters, List<ParameterGroup> groups) {
    Map<ParameterGroup, Map<String, Parameter>> filled = new LinkedHashMap<>();
    groups.forEach(group -> filled.put(group, new LinkedHashMap<>()));
    Map<String, Parameter> frozen = new LinkedHashMap<>();
    Map<String, Parameter> buffers = new LinkedHashMap<>();
    parameters
        .byName()
        .forEach((name, parameter) -> {
          if (!parameter.isLearnt()) {
            buffers.put(name, parameter);
          } else {
            ParameterGroup group = group(name, parameter, groups);
            (group.isFrozen() ? frozen : filled.get(group)).put(name, parameter);
          }
        });
    var owners = new ArrayList<ParameterGroup>();
    var flats = new ArrayList<Flat>();
    filled.forEach((group, members) -> {
      for (Flat flat : flats(LEARNT + group.name(), members)) {
        owners.add(group);
        flats.add(flat);
      }
    });
    return new Weights(
        List.copyOf(owners),
        List.copyOf(flats),
        flat("weights.frozen", frozen),
        flat("weights.buffers", buffers));
  }

  /** Large parameters one by one, then all others together. */
  private static List<Flat> flats(String name, Map<String, Parameter> members) {
    var flats = new ArrayList<Flat>();
    Map<String, Parameter> small = new LinkedHashMap<>();
    members.forEach((own, parameter) -> {
      if (parameter.shape().size() < LARGE) {
        small.put(own, parameter);
      } else {
        flats.add(Flat.of(name + "." + own, Map.of(own, parameter)));
      }
    });
    flat(name, small).ifPresent(flats::add);
    return flats;
  }

  private static Optional<Flat> flat(String name, Map<String, Parameter> members) {
    return members.isEmpty() ? Optional.empty() : Optional.of(Flat.of(name, members));
  }

  private static ParameterGroup group(
      String name, Parameter parameter, List<ParameterGroup> groups) {
    return groups.stream()
        .filter(group -> group.members().test(name, parameter.storedShape()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no parameter group takes " + name));
  }

  /** Variables of their own in the same layout; what is frozen has no need of others. */
  public Weights alike(String name) {
    return new Weights(
        groups, learntAlike(name), frozen, buffers.map(flat -> flat.alike(name + ".buffers")));
  }

  /** Variables of their own for what is kept for each learnt number: an optimizer's state. */
  public Weights state(String name) {
    return new Weights(groups, learntAlike(name), Optional.empty(), Optional.empty());
  }

  private List<Flat> learntAlike(String name) {
    var alike = new ArrayList<Flat>();
    for (int i = 0; i < flats.size(); i++) {
      String own = flats.get(i).variable().name();
      alike.add(flats.get(i).alike(name + "." + own.substring(LEARNT.length())));
    }
    return List.copyOf(alike);
  }

  /** The group of each of {@link #variables}. */
  public List<ParameterGroup> groups() {
    return groups;
  }

  /** The flat variables of what is learnt: large parameters, and the others of each group. */
  public List<Variable> variables() {
    return flats.stream().map(Flat::variable).toList();
  }

  /** The flat variable of the buffers, where the network has any. */
  public Optional<Variable> buffers() {
    return buffers.map(Flat::variable);
  }

  /** All flat variables. */
  public List<Variable> held() {
    return all().map(Flat::variable).toList();
  }

  private Stream<Flat> all() {
    return Stream.of(flats.stream(), frozen.stream(), buffers.stream()).flatMap(it -> it);
  }

  /** The names of the learnt parameters, group by group. */
  public List<String> names() {
    return flats.stream().flatMap(flat -> flat.names().stream()).toList();
  }

  /**
   * Lets what the network holds be parts of these variables.
   *
   * @return the values of the learnt parameters, as {@link #names}
   */
  public List<Value> bind(Trace trace) {
    frozen.ifPresent(flat -> flat.bind(trace));
    buffers.ifPresent(flat -> flat.bind(trace));
    return flats.stream().flatMap(flat -> flat.bind(trace).stream()).toList();
  }

  /** Values of the learnt parameters, in the order of {@link #names}, as flat ones. */
  public List<Value> flatten(List<Value> values) {
    var all = new ArrayList<Value>();
    int first = 0;
    for (Flat flat : flats) {
      int end = first + flat.slots().size();
      all.add(Flat.flatten(values.subList(first, end)));
      first = end;
    }
    return all;
  }

  /**
   * What layers have updated the buffers to in a trace to which they are bound, as a flat value;
   * empty if they have updated none.
   */
  public Optional<Value> updated(Trace trace) {
    return buffers
        .filter(flat ->
            flat.slots().stream()
                .anyMatch(slot -> trace.updated(slot.parameter().variable()).isPresent()))
        .map(flat ->
            Flat.flatten(
                flat.slots().stream().map(slot -> latest(trace, slot.parameter())).toList()));
  }

  /**
   * Running averages of updated buffers: numbers follow by a share, counters at once.
   *
   * @param trace one to which buffers of the network have been bound
   * @param kept the share of the average that stays
   */
  Optional<Value> averaged(Trace trace, Weights averages, float kept) {
    return buffers.map(flat -> {
      Value old = trace.read(averages.buffers().orElseThrow());
      var moved = new ArrayList<Value>();
      for (Flat.Slot slot : flat.slots()) {
        Value now = latest(trace, slot.parameter());
        Value before = old.slice(0, slot.offset(), slot.offset() + slot.size());
        Value shaped = before.reshape(now.shape().dims());
        boolean follows = !slot.parameter().isCounter();
        moved.add(follows ? shaped.times(kept).plus(now.times(1 - kept)) : now);
      }
      return Flat.flatten(moved);
    });
  }

  private static Value latest(Trace trace, Parameter parameter) {
    return trace.updated(parameter.variable()).orElseGet(() -> trace.read(parameter.variable()));
  }

  /** What the parameters and buffers hold before training. */
  public Map<String, Tensor> initial(long seed) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    slots().forEach(slot -> values.put(slot.name(), slot.parameter().initial(seed, slot.name())));
    return values;
  }

  private List<Flat.Slot> slots() {
    return all().flatMap(flat -> flat.slots().stream()).toList();
  }

  /**
   * Sets what the variables hold, from values that need not be there at once.
   *
   * @param values gives what a parameter or buffer holds, as checkpoints have it, by its name
   */
  public void write(Variables to, BiFunction<String, Parameter, Tensor> values) {
    all().forEach(flat -> flat.write(to, slot -> values.apply(slot.name(), slot.parameter())));
  }

  /**
   * Lets the variables hold what is asked for when it is needed, and maybe again, so that it need
   * not stay where only another form of it is read, as by inference.
   *
   * @param values gives what a parameter or buffer holds, by its name; the same each time
   */
  public void supply(Variables to, BiFunction<String, Parameter, Elements> values) {
    all().forEach(flat -> flat.supply(to, slot -> values.apply(slot.name(), slot.parameter())));
  }

  /** A copy of what the variables hold, by name. */
  public Map<String, Tensor> read(Variables from) {
    Map<String, Tensor> values = new LinkedHashMap<>();
    sources(from).forEach(source -> values.put(source.name(), source.values().get()));
    return values;
  }

  /** What the variables hold, by name, to be copied one after the other. */
  List<TensorSource> sources(Variables from) {
    return all().flatMap(flat -> flat.sources(from)).toList();
  }

  /**
   * Sets what the variables hold.
   *
   * @param values all parameters and buffers by name, and nothing else
   * @throws IllegalArgumentException if names or shapes don't fit; all names are listed
   */
  public void write(Variables to, Map<String, Tensor> values) {
    check(values);
    all().forEach(flat -> flat.write(to, slot -> values.get(slot.name())));
  }

  /**
   * As {@link #supply(Variables, BiFunction)}, of tensors, which stay for as long as the variables
   * do and must not change.
   *
   * @throws IllegalArgumentException if names or shapes don't fit; all names are listed
   */
  public void supply(Variables to, Map<String, Tensor> values) {
    check(values);
    supply(to, (name, _) -> Elements.of(values.get(name)));
  }

  private void check(Map<String, Tensor> values) {
    List<String> names = slots().stream().map(Flat.Slot::name).toList();
    var missing = new TreeSet<>(names);
    missing.removeAll(values.keySet());
    var surplus = new TreeSet<>(values.keySet());
    names.forEach(surplus::remove);
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw new IllegalArgumentException(
          "the weights don't fit the network: missing " + missing + ", surplus " + surplus);
    }
    for (Flat.Slot slot : slots()) {
      var wanted = slot.parameter().storedShape();
      var given = values.get(slot.name()).shape();
      if (!given.equals(wanted)) {
        throw new IllegalArgumentException(
            "%s is %s, the network's is %s".formatted(slot.name(), given, wanted));
      }
    }
  }
}
