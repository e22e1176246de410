package dev.bramante.io;

import static dev.bramante.io.pickle.PickleException.damaged;

import dev.bramante.io.pickle.PickleException;
import dev.bramante.io.pickle.PickleValue;
import dev.bramante.io.pickle.PickleValue.Dictionary;
import dev.bramante.io.pickle.PickleValue.Global;
import dev.bramante.io.pickle.PickleValue.Opaque;
import dev.bramante.io.pickle.PickleValue.Sequence;
import dev.bramante.io.pickle.PickleValue.Text;
import dev.bramante.io.pickle.PickleValue.Whole;
import dev.bramante.io.pickle.Vocabulary;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The names in PyTorch's pickles that stand for plain values: containers, storages, element types,
 * and the functions that make a tensor of a storage. No other name is known, and none executes.
 */
final class TorchVocabulary implements Vocabulary {
  private static final String UNTYPED = "torch.storage.UntypedStorage";
  private static final int MOST_AXES = 64;

  /** The storages, and by their second name the element types. */
  private static final Map<String, StorageType> TYPES =
      Map.ofEntries(
          Map.entry("torch.DoubleStorage", StorageType.F64),
          Map.entry("torch.FloatStorage", StorageType.F32),
          Map.entry("torch.HalfStorage", StorageType.F16),
          Map.entry("torch.BFloat16Storage", StorageType.BF16),
          Map.entry("torch.LongStorage", StorageType.I64),
          Map.entry("torch.IntStorage", StorageType.I32),
          Map.entry("torch.ShortStorage", StorageType.I16),
          Map.entry("torch.CharStorage", StorageType.I8),
          Map.entry("torch.ByteStorage", StorageType.U8),
          Map.entry("torch.BoolStorage", StorageType.BOOL),
          Map.entry(UNTYPED, StorageType.U8),
          Map.entry("torch.float64", StorageType.F64),
          Map.entry("torch.float32", StorageType.F32),
          Map.entry("torch.float16", StorageType.F16),
          Map.entry("torch.bfloat16", StorageType.BF16),
          Map.entry("torch.int64", StorageType.I64),
          Map.entry("torch.int32", StorageType.I32),
          Map.entry("torch.int16", StorageType.I16),
          Map.entry("torch.int8", StorageType.I8),
          Map.entry("torch.uint64", StorageType.U64),
          Map.entry("torch.uint32", StorageType.U32),
          Map.entry("torch.uint16", StorageType.U16),
          Map.entry("torch.uint8", StorageType.U8),
          Map.entry("torch.float8_e5m2", StorageType.F8_E5M2),
          Map.entry("torch.float8_e4m3fn", StorageType.F8_E4M3),
          Map.entry("torch.bool", StorageType.BOOL));

  private static final List<String> CALLABLE =
      List.of(
          "collections.OrderedDict",
          "collections.defaultdict",
          "collections.Counter",
          "builtins.set",
          "__builtin__.set",
          "_codecs.encode",
          "torch.Size",
          "torch.device",
          "torch._utils._rebuild_tensor",
          "torch._utils._rebuild_tensor_v2",
          "torch._utils._rebuild_tensor_v3",
          "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch._tensor._rebuild_from_type_v2");

  /** Names that are arguments of others. */
  private static final List<String> NAMED =
      List.of("torch.Tensor", "torch.nn.parameter.Parameter", "builtins.int", "builtins.list");

  private final Map<String, TorchValue.Storage> used;

  /**
   * A vocabulary.
   *
   * @param used gets the storages that the pickle refers to, by their keys
   */
  TorchVocabulary(Map<String, TorchValue.Storage> used) {
    this.used = used;
  }

  @Override
  public boolean knows(String global) {
    return TYPES.containsKey(global) || CALLABLE.contains(global) || NAMED.contains(global);
  }

  @Override
  public PickleValue call(String global, List<PickleValue> arguments) throws PickleException {
    return switch (global) {
      case "collections.OrderedDict", "collections.Counter" -> dictionary(arguments);
      case "collections.defaultdict" -> new Dictionary();
      case "builtins.set", "__builtin__.set", "torch.Size" -> items(arguments);
      case "_codecs.encode" -> new Opaque("bytes");
      case "torch.device" -> new Opaque("a device");
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          view(arguments, Optional.empty());
      case "torch._utils._rebuild_tensor_v3" -> view(arguments, Optional.of(type(arguments, 6)));
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
          parameter(arguments);
      case "torch._tensor._rebuild_from_type_v2" -> ofType(arguments);
      default ->
          throw PickleException.refused(
              "the pickle wants to call " + global + ", which is no function");
    };
  }

  /** From nothing, from another dictionary, or from pairs. */
  private static Dictionary dictionary(List<PickleValue> arguments) throws PickleException {
    var made = new Dictionary();
    if (!arguments.isEmpty() && arguments.getFirst() instanceof Dictionary other) {
      made.pairs().addAll(other.pairs());
    } else if (!arguments.isEmpty()) {
      for (PickleValue item : items(arguments).items()) {
        if (!(item instanceof Sequence pair) || pair.items().size() != 2) {
          throw damaged("the pickle makes a dictionary of what are no pairs");
        }
        made.pairs().add(new Dictionary.Pair(pair.items().get(0), pair.items().get(1)));
      }
    }
    return made;
  }

  private static Sequence items(List<PickleValue> arguments) throws PickleException {
    if (arguments.isEmpty()) {
      return new Sequence(new ArrayList<>());
    }
    if (!(arguments.getFirst() instanceof Sequence items)) {
      throw damaged("the pickle makes a list of what is none");
    }
    return items;
  }

  private static PickleValue parameter(List<PickleValue> arguments) throws PickleException {
    if (arguments.isEmpty() || !(arguments.getFirst() instanceof TorchValue.View view)) {
      throw damaged("the pickle makes a parameter of what is no tensor");
    }
    return view;
  }

  /** A tensor with attributes: a function and its arguments, as they are for one without. */
  private PickleValue ofType(List<PickleValue> arguments) throws PickleException {
    if (arguments.size() < 3
        || !(arguments.get(0) instanceof Global(String function))
        || !function.startsWith("torch._utils._rebuild")
        || !(arguments.get(2) instanceof Sequence passed)) {
      throw damaged("the pickle makes a tensor of what are no parts of one");
    }
    return call(function, passed.items());
  }

  @Override
  public PickleValue persistent(PickleValue reference) throws PickleException {
    if (reference instanceof Sequence parts
        && parts.items().size() >= 5
        && parts.items().get(0).equals(new Text("storage"))
        && parts.items().get(2) instanceof Text key
        && parts.items().get(4) instanceof Whole(long count)) {
      requirePlain(parts.items());
      StorageType type = type(parts.items(), 1);
      if (count < 0 || count > Long.MAX_VALUE / type.bytes()) {
        throw damaged("the storage " + Quote.quote(key.value()) + " has " + count + " elements");
      }
      var storage = new TorchValue.Storage(key.value(), type, count);
      used.put(storage.key(), storage);
      return storage;
    }
    throw damaged("the pickle refers to what is no storage");
  }

  /** Before version 0.4 of PyTorch, a storage could be a view of another. */
  private static void requirePlain(List<PickleValue> parts) throws PickleException {
    if (parts.size() > 5 && parts.get(5) != PickleValue.Constant.NONE) {
      throw damaged("the pickle has a storage within a storage, which is not read");
    }
  }

  private static StorageType type(List<PickleValue> parts, int index) throws PickleException {
    if (index < parts.size() && parts.get(index) instanceof Global(String name)) {
      StorageType type = TYPES.get(name);
      if (type != null) {
        return type;
      }
    }
    throw damaged("the pickle has numbers without a type");
  }

  private static TorchValue.View view(List<PickleValue> parts, Optional<StorageType> given)
      throws PickleException {
    if (parts.size() < 4
        || !(parts.get(0) instanceof TorchValue.Storage storage)
        || !(parts.get(1) instanceof Whole(long offset))
        || !(parts.get(2) instanceof Sequence sizes)
        || !(parts.get(3) instanceof Sequence steps)) {
      throw damaged("the pickle makes a tensor of what are no parts of one");
    }
    long[] dims = numbers(sizes);
    long[] strides = numbers(steps);
    StorageType type = given.orElse(storage.type());
    String what = "a tensor of storage " + Quote.quote(storage.key());
    if (dims.length != strides.length || offset < 0) {
      throw damaged(what + " has sizes, strides and an offset that don't fit");
    }
    Shape shape = shape(dims, what);
    requireWithin(shape, offset, strides, storage.bytes() / type.bytes(), what);
    return new TorchValue.View(storage, type, offset, shape, strides);
  }

  private static long[] numbers(Sequence sequence) throws PickleException {
    if (sequence.items().size() > MOST_AXES) {
      throw damaged("the pickle has a tensor of " + sequence.items().size() + " axes");
    }
    var numbers = new long[sequence.items().size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(sequence.items().get(i) instanceof Whole(long number)) || number < 0) {
        throw damaged("the pickle has a size or stride that is no number from 0");
      }
      numbers[i] = number;
    }
    return numbers;
  }

  private static Shape shape(long[] dims, String what) throws PickleException {
    var sizes = new int[dims.length];
    try {
      for (int i = 0; i < dims.length; i++) {
        sizes[i] = Math.toIntExact(dims[i]);
      }
      return Shape.of(sizes);
    } catch (ArithmeticException | IllegalArgumentException tooLarge) {
      throw damaged(what + " has more elements than a Java array can hold");
    }
  }

  private static void requireWithin(
      Shape shape, long offset, long[] strides, long count, String what) throws PickleException {
    if (shape.size() == 0) {
      return;
    }
    try {
      long last = offset;
      for (int i = 0; i < strides.length; i++) {
        last = Math.addExact(last, Math.multiplyExact(strides[i], shape.dim(i) - 1L));
      }
      if (last >= count) {
        throw damaged(what + " reaches to element " + last + " of " + count);
      }
    } catch (ArithmeticException overflow) {
      throw damaged(what + " reaches too far");
    }
  }
}
