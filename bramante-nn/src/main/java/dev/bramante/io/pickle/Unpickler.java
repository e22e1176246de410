package dev.bramante.io.pickle;

import dev.bramante.io.Quote;
import dev.bramante.io.pickle.PickleValue.Constant;
import dev.bramante.io.pickle.PickleValue.Dictionary;
import dev.bramante.io.pickle.PickleValue.Global;
import dev.bramante.io.pickle.PickleValue.Opaque;
import dev.bramante.io.pickle.PickleValue.Real;
import dev.bramante.io.pickle.PickleValue.Sequence;
import dev.bramante.io.pickle.PickleValue.Text;
import dev.bramante.io.pickle.PickleValue.Whole;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads pickles of the protocols 2 to 5 one after the other. The stack machine of a pickle is run
 * without recursion; it calls nothing but its {@link Vocabulary}, and it stops at a number of
 * values that no list of weights reaches, so that a small file cannot fill the memory.
 *
 * <p>The instructions are described in the source of Python's module {@code pickletools}.
 */
public final class Unpickler {
  /** Weights have some hundred thousand values at most; this many take less than half a GB. */
  private static final int MOST_VALUES = 4_000_000;

  private final PickleBytes in;
  private final Vocabulary vocabulary;
  private final Map<Long, PickleValue> memo = new HashMap<>();
  private final List<PickleValue> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private int values;

  /** A reader from the first of the bytes. */
  public Unpickler(MemorySegment bytes, Vocabulary vocabulary) {
    this.in = new PickleBytes(bytes);
    this.vocabulary = vocabulary;
  }

  /** The bytes read so far. */
  public long position() {
    return in.position();
  }

  /**
   * Reads the next pickle.
   *
   * @throws PickleException if it is damaged, or wants to call what the vocabulary doesn't know
   */
  public PickleValue read() throws PickleException {
    memo.clear();
    stack.clear();
    marks.clear();
    if (in.u8() != Opcode.PROTO) {
      throw in.damaged("no protocol (those of PyTorch have 2)");
    }
    protocol();
    for (int opcode = in.u8(); opcode != Opcode.STOP; opcode = in.u8()) {
      if (!constant(opcode) && !container(opcode) && !memory(opcode)) {
        call(opcode);
      }
    }
    PickleValue result = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw in.damaged("values that nothing uses");
    }
    return result;
  }

  private void protocol() throws PickleException {
    int protocol = in.u8();
    if (protocol < 2 || protocol > 5) {
      throw in.damaged("the protocol " + protocol + ", known are 2 to 5,");
    }
  }

  /** Instructions that push a value. */
  private boolean constant(int opcode) throws PickleException {
    switch (opcode) {
      case Opcode.NONE -> push(Constant.NONE);
      case Opcode.NEWTRUE -> push(Constant.TRUE);
      case Opcode.NEWFALSE -> push(Constant.FALSE);
      case Opcode.BININT -> push(new Whole(in.i32()));
      case Opcode.BININT1 -> push(new Whole(in.u8()));
      case Opcode.BININT2 -> push(new Whole(in.u16()));
      case Opcode.LONG1 -> push(whole(in.u8()));
      case Opcode.LONG4 -> push(whole(in.i32()));
      case Opcode.BINFLOAT -> push(new Real(in.bigEndianDouble()));
      case Opcode.SHORT_BINUNICODE, Opcode.SHORT_BINSTRING -> push(new Text(in.text(in.u8())));
      case Opcode.BINUNICODE -> push(new Text(in.text(in.u32())));
      case Opcode.BINSTRING -> push(new Text(in.text(in.i32())));
      case Opcode.BINUNICODE8 -> push(new Text(in.text(in.i64())));
      case Opcode.SHORT_BINBYTES -> push(bytes(in.u8()));
      case Opcode.BINBYTES -> push(bytes(in.u32()));
      case Opcode.BINBYTES8, Opcode.BYTEARRAY8 -> push(bytes(in.i64()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private PickleValue whole(long length) throws PickleException {
    long value = in.twosComplement(length);
    return length > 8 ? new Opaque("a number of " + length + " bytes") : new Whole(value);
  }

  private PickleValue bytes(long length) throws PickleException {
    in.skip(length);
    return new Opaque(length + " bytes");
  }

  /** Instructions that make and fill containers. */
  private boolean container(int opcode) throws PickleException {
    switch (opcode) {
      case Opcode.MARK -> {
        count();
        marks.add(stack.size());
      }
      case Opcode.EMPTY_LIST, Opcode.EMPTY_TUPLE, Opcode.EMPTY_SET -> push(sequence(List.of()));
      case Opcode.EMPTY_DICT -> push(new Dictionary());
      case Opcode.TUPLE1 -> push(sequence(popped(1)));
      case Opcode.TUPLE2 -> push(sequence(popped(2)));
      case Opcode.TUPLE3 -> push(sequence(popped(3)));
      case Opcode.TUPLE, Opcode.FROZENSET -> push(sequence(marked()));
      case Opcode.APPEND -> extend(popped(1));
      case Opcode.APPENDS, Opcode.ADDITEMS -> extend(marked());
      case Opcode.SETITEM -> put(popped(2));
      case Opcode.SETITEMS -> put(marked());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Sequence sequence(List<PickleValue> items) {
    return new Sequence(new ArrayList<>(items));
  }

  private void extend(List<PickleValue> items) throws PickleException {
    if (!(top() instanceof Sequence sequence)) {
      throw in.damaged("items for what is no list");
    }
    sequence.items().addAll(items);
  }

  private void put(List<PickleValue> items) throws PickleException {
    if (!(top() instanceof Dictionary dictionary) || items.size() % 2 != 0) {
      throw in.damaged("entries for what is no dictionary");
    }
    for (int i = 0; i < items.size(); i += 2) {
      count();
      dictionary.pairs().add(new Dictionary.Pair(items.get(i), items.get(i + 1)));
    }
  }

  /** Instructions that move values between the stack and the memo. */
  private boolean memory(int opcode) throws PickleException {
    switch (opcode) {
      case Opcode.BINPUT -> memoise(in.u8());
      case Opcode.LONG_BINPUT -> memoise(in.u32());
      case Opcode.MEMOIZE -> memoise(memo.size());
      case Opcode.BINGET -> push(recall(in.u8()));
      case Opcode.LONG_BINGET -> push(recall(in.u32()));
      case Opcode.DUP -> push(top());
      case Opcode.POP -> pop();
      case Opcode.POP_MARK -> marked();
      case Opcode.FRAME -> in.i64(); // says how much to read ahead, of which we have no need
      case Opcode.PROTO -> protocol();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void memoise(long index) throws PickleException {
    count();
    memo.put(index, top());
  }

  private PickleValue recall(long index) throws PickleException {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw in.damaged("no value number " + index + ", which is asked for");
    }
    return value;
  }

  /** Instructions by which a pickle reaches out of itself; here, to the vocabulary only. */
  private void call(int opcode) throws PickleException {
    switch (opcode) {
      case Opcode.GLOBAL -> {
        String module = in.line();
        push(global(module, in.line()));
      }
      case Opcode.STACK_GLOBAL -> {
        List<PickleValue> names = popped(2);
        if (!(names.get(0) instanceof Text module) || !(names.get(1) instanceof Text name)) {
          throw in.damaged("a name that is no string");
        }
        push(global(module.value(), name.value()));
      }
      case Opcode.BINPERSID -> push(vocabulary.persistent(pop()));
      case Opcode.REDUCE, Opcode.NEWOBJ -> push(called(popped(2)));
      case Opcode.BUILD -> build(popped(1).getFirst());
      case Opcode.INST ->
          throw refusal("make an object of " + Quote.clean(in.line() + "." + in.line()));
      case Opcode.OBJ -> throw refusal("make an object of a class by the instruction OBJ");
      case Opcode.NEWOBJ_EX -> throw refusal("make an object with named arguments (NEWOBJ_EX)");
      case Opcode.EXT1 -> throw refusal("use number " + in.u8() + " of a registry (EXT1)");
      case Opcode.EXT2 -> throw refusal("use number " + in.u16() + " of a registry (EXT2)");
      case Opcode.EXT4 -> throw refusal("use number " + in.u32() + " of a registry (EXT4)");
      case Opcode.NEXT_BUFFER, Opcode.READONLY_BUFFER ->
          throw refusal("use memory outside of the file (NEXT_BUFFER)");
      default -> throw in.damaged("the instruction 0x%02x".formatted(opcode));
    }
  }

  private Global global(String module, String name) throws PickleException {
    String full = module + "." + name;
    if (!vocabulary.knows(full)) {
      throw refusal("use " + Quote.clean(full));
    }
    return new Global(full);
  }

  private PickleValue called(List<PickleValue> callee) throws PickleException {
    if (!(callee.get(0) instanceof Global(String name))) {
      throw refusal("call what is no function");
    }
    if (!(callee.get(1) instanceof Sequence arguments)) {
      throw in.damaged("arguments of " + name + " that are no tuple");
    }
    return vocabulary.call(name, arguments.items());
  }

  /** Dictionaries have attributes, which tell nothing of the weights. */
  private void build(PickleValue state) throws PickleException {
    if (!(top() instanceof Dictionary) || !(state instanceof Dictionary)) {
      throw refusal("set the state of an object");
    }
  }

  private PickleException refusal(String what) {
    return PickleException.refused(
        "the pickle wants to " + what + " at byte " + in.position() + ", which weights don't need");
  }

  private void push(PickleValue value) throws PickleException {
    count();
    stack.add(value);
  }

  private void count() throws PickleException {
    if (++values > MOST_VALUES) {
      throw PickleException.damaged("the pickle has more than " + MOST_VALUES + " values");
    }
  }

  private PickleValue top() throws PickleException {
    requireValues(1);
    return stack.getLast();
  }

  private PickleValue pop() throws PickleException {
    requireValues(1);
    return stack.removeLast();
  }

  private List<PickleValue> popped(int count) throws PickleException {
    requireValues(count);
    return cut(stack.size() - count);
  }

  /** The values above the last mark. */
  private List<PickleValue> marked() throws PickleException {
    if (marks.isEmpty()) {
      throw in.damaged("an end without a beginning");
    }
    return cut(marks.removeLast());
  }

  private List<PickleValue> cut(int from) {
    var above = stack.subList(from, stack.size());
    List<PickleValue> values = List.copyOf(above);
    above.clear();
    return values;
  }

  private void requireValues(int count) throws PickleException {
    int floor = marks.isEmpty() ? 0 : marks.getLast();
    if (stack.size() - floor < count) {
      throw in.damaged("too few values on its stack");
    }
  }
}
