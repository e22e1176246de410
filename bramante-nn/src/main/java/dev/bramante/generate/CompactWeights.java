package dev.bramante.generate;

import dev.bramante.backend.Variables;
import dev.bramante.graph.Functions;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.graph.Variable;
import dev.bramante.nn.Elements;
import dev.bramante.nn.Parameter;
import dev.bramante.nn.Parameters;
import dev.bramante.tensor.DType;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * A network's parameters with its matrices in fewer bits, for evaluation. They are computed with in
 * single precision; an engine doesn't hold them so. Vectors stay in single precision.
 */
public final class CompactWeights implements WeightSource {
  private final WeightForm form;
  private final Map<String, Slot> slots = new LinkedHashMap<>();

  /**
   * A parameter and the variables that hold it.
   *
   * @param scales of the rows of 8-bit integers; else read by nobody
   */
  private record Slot(Parameter parameter, Variable values, Variable scales) {
    boolean isCompact() {
      return values.type().dtype() != DType.F32;
    }

    boolean isScaled() {
      return values.type().dtype() == DType.I8;
    }

    Value in(Trace trace) {
      Value stored = trace.read(values);
      return isScaled()
          ? Functions.unpacked(stored, trace.read(scales))
          : isCompact() ? Functions.unpacked(stored) : stored;
    }
  }

  /**
   * Variables for a network's parameters.
   *
   * @param form of matrices
   */
  public CompactWeights(Parameters parameters, WeightForm form) {
    this.form = form;
    parameters
        .byName()
        .forEach((name, parameter) -> {
          Shape shape = parameter.shape();
          DType dtype = shape.rank() == 2 ? form.dtype() : DType.F32;
          int rows = shape.rank() == 0 ? 1 : shape.dim(0);
          var values = new Variable(name, new Type(dtype, shape));
          var scales = new Variable(name + ".scales", Type.f32(rows));
          slots.put(name, new Slot(parameter, values, scales));
        });
  }

  /** The form of matrices. */
  public WeightForm form() {
    return form;
  }

  /** Bytes of all weights. */
  public long bytes() {
    return slots.values().stream()
        .mapToLong(slot -> {
          Type type = slot.values.type();
          long scales = slot.isScaled() ? 4L * type.shape().dim(0) : 0;
          return (long) type.dtype().bytes() * type.shape().size() + scales;
        })
        .sum();
  }

  /**
   * Lets variables hold the values: rounded ones from now on, others when they are needed.
   *
   * @param values all parameters by name and as checkpoints have them, and nothing else; they must
   *     not change
   * @throws IllegalArgumentException if names or shapes don't fit, or a number is none
   */
  public void supply(Variables to, Map<String, Tensor> values) {
    if (!values.keySet().equals(slots.keySet())) {
      var missing = new TreeSet<>(slots.keySet());
      missing.removeAll(values.keySet());
      var surplus = new TreeSet<>(values.keySet());
      surplus.removeAll(slots.keySet());
      throw new IllegalArgumentException(
          "the weights don't fit the network: missing " + missing + ", surplus " + surplus);
    }
    slots.forEach((name, slot) -> supply(to, name, slot, values.get(name)));
  }

  private static void supply(Variables to, String name, Slot slot, Tensor stored) {
    if (!stored.shape().equals(slot.parameter.storedShape())) {
      throw new IllegalArgumentException(
          "%s is %s, not %s".formatted(name, slot.parameter.storedShape(), stored.shape()));
    }
    if (!slot.isCompact()) {
      to.supply(slot.values, (array, at) -> slot.parameter.place(Elements.of(stored), array, at));
      return;
    }
    Tensor own = slot.parameter.fromStored(stored);
    if (slot.isScaled()) {
      Tensor scales = Rounding.scales(own);
      for (int i = 0; i < scales.shape().size(); i++) {
        if (!Float.isFinite(scales.floats()[i])) {
          throw new IllegalArgumentException(
              "row %d of %s has a number that is not finite and so has no 8 bits"
                  .formatted(i, name));
        }
      }
      to.write(slot.scales, scales);
      to.write(slot.values, Rounding.int8(own, scales));
    } else {
      to.write(slot.values, Rounding.bf16(own));
    }
  }

  @Override
  public void bind(Trace trace) {
    slots.values().forEach(slot -> trace.bind(slot.parameter.variable(), slot.in(trace)));
  }
}
