package dev.bramante.io.pickle;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes a pickle of protocol 2, instruction by instruction. */
public final class Pickler {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Begins a pickle. */
  public Pickler() {
    op(Opcode.PROTO).op(2);
  }

  /** Pushes a string. */
  public Pickler text(String value) {
    byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
    op(Opcode.BINUNICODE);
    bytes.writeBytes(little(4).putInt(encoded.length).array());
    bytes.writeBytes(encoded);
    return this;
  }

  /** Pushes a number. */
  public Pickler whole(long value) {
    if (value == (int) value) {
      op(Opcode.BININT);
      bytes.writeBytes(little(4).putInt((int) value).array());
    } else {
      op(Opcode.LONG1).op(8);
      bytes.writeBytes(little(8).putLong(value).array());
    }
    return this;
  }

  /** Pushes False. */
  public Pickler no() {
    return op(Opcode.NEWFALSE);
  }

  /** Pushes what the name stands for. */
  public Pickler global(String module, String name) {
    op(Opcode.GLOBAL);
    bytes.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Begins a tuple or the entries of a dictionary. */
  public Pickler begin() {
    return op(Opcode.MARK);
  }

  /** Makes a tuple of what was pushed since its beginning. */
  public Pickler tuple() {
    return op(Opcode.TUPLE);
  }

  /** Pushes an empty tuple. */
  public Pickler emptyTuple() {
    return op(Opcode.EMPTY_TUPLE);
  }

  /** Calls a function with a tuple of arguments. */
  public Pickler call() {
    return op(Opcode.REDUCE);
  }

  /** Replaces a value by what it refers to outside of the pickle. */
  public Pickler persistent() {
    return op(Opcode.BINPERSID);
  }

  /** Puts the keys and values since the beginning into the dictionary before it. */
  public Pickler entries() {
    return op(Opcode.SETITEMS);
  }

  /** Ends the pickle; what is on top of the stack is its value. */
  public byte[] end() {
    op(Opcode.STOP);
    return bytes.toByteArray();
  }

  private Pickler op(int opcode) {
    bytes.write(opcode);
    return this;
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
