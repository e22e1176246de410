package dev.bramante.cpu.loops;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.bramante.cpu.loops.Piece.Fold;
import dev.bramante.cpu.loops.Piece.Form;
import dev.bramante.cpu.loops.Piece.Slot;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes a class of a piece: a {@code run} that walks over the frame, and the hot loops, each a
 * static method of its own, since C2 does well by methods with one loop. Equal pieces get the same
 * class.
 */
final class Emitter {
  private static final ConcurrentHashMap<Piece, LoopCode> CACHE = new ConcurrentHashMap<>();
  private static final ClassDesc SELF =
      ClassDesc.of(Emitter.class.getPackageName() + ".EmittedLoop");
  private static final int PUBLIC = AccessFlag.PUBLIC.mask();
  static final int STATIC = AccessFlag.STATIC.mask();

  // Local variables of run.
  private static final int ARRAYS = 1;
  private static final int OFFSETS = 2;
  private static final int BASE = 3;
  private static final int STEPS = 4;
  private static final int ROW0 = 5;
  private static final int ROW1 = 6;
  private static final int COL0 = 7;
  private static final int COL1 = 8;

  private final Piece piece;

  private Emitter(Piece piece) {
    this.piece = piece;
  }

  /** The code of a piece. */
  static LoopCode code(Piece piece) {
    return CACHE.computeIfAbsent(piece, p -> new Emitter(p).define());
  }

  /** How many classes there are. */
  static int classes() {
    return CACHE.size();
  }

  private LoopCode define() {
    byte[] bytes =
        ClassFile.of()
            .build(
                SELF,
                c -> {
                  c.withFlags(AccessFlag.FINAL.mask());
                  c.withInterfaceSymbols(LoopCode.class.describeConstable().orElseThrow());
                  c.withMethodBody(
                      ConstantDescs.INIT_NAME,
                      ConstantDescs.MTD_void,
                      PUBLIC,
                      b ->
                          b.aload(0)
                              .invokespecial(
                                  CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                              .return_());
                  c.withMethodBody("run", runType(), PUBLIC, this::run);
                  if (piece.form() == Form.ROWS) {
                    new RowCode(piece).write(c);
                  } else {
                    new ColumnCode(piece).write(c);
                  }
                });
    try {
      var lookup = MethodHandles.lookup();
      var defined = lookup.defineHiddenClass(bytes, true);
      var constructor =
          defined.findConstructor(defined.lookupClass(), MethodType.methodType(void.class));
      return (LoopCode) constructor.asType(MethodType.methodType(LoopCode.class)).invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("cannot define the code of a loop kernel: " + piece, e);
    }
  }

  private static MethodTypeDesc runType() {
    ClassDesc ints = CD_int.arrayType();
    return MethodTypeDesc.of(
        CD_void, CD_Object.arrayType(), ints, CD_int, ints, CD_int, CD_int, CD_int, CD_int);
  }

  /**
   * The parameters of a hot method: each slot's array (if any), offset and step (if any), then n.
   */
  static MethodTypeDesc loopType(Piece piece, int extraInts) {
    var parameters = new ArrayList<ClassDesc>();
    for (Slot slot : piece.slots()) {
      if (slot.access().hasArray()) {
        parameters.add((slot.ints() ? CD_int : CD_float).arrayType());
      }
      parameters.add(CD_int);
      if (slot.steps()) {
        parameters.add(CD_int);
      }
    }
    for (int i = 0; i < extraInts; i++) {
      parameters.add(CD_int);
    }
    return MethodTypeDesc.of(CD_void, parameters);
  }

  /** The local variables that a hot method finds its parameters in. */
  record Locals(int[] arrays, int[] offsets, int[] steps, int next) {
    static Locals of(Piece piece) {
      int n = piece.slots().size();
      var locals = new Locals(new int[n], new int[n], new int[n], 0);
      int next = 0;
      for (int i = 0; i < n; i++) {
        Slot slot = piece.slots().get(i);
        locals.arrays[i] = slot.access().hasArray() ? next++ : -1;
        locals.offsets[i] = next++;
        locals.steps[i] = slot.steps() ? next++ : -1;
      }
      return new Locals(locals.arrays, locals.offsets, locals.steps, next);
    }
  }

  private void run(CodeBuilder code) {
    Locals locals = unpack(code);
    if (piece.form() == Form.ROWS) {
      runRows(code, locals);
    } else {
      runColumns(code, locals);
    }
    code.return_();
  }

  /** Takes arrays, offsets and steps apart into local variables. */
  private Locals unpack(CodeBuilder code) {
    int n = piece.slots().size();
    var locals = new Locals(new int[n], new int[n], new int[n], 0);
    for (int i = 0; i < n; i++) {
      Slot slot = piece.slots().get(i);
      if (slot.access().hasArray()) {
        locals.arrays[i] = code.allocateLocal(TypeKind.REFERENCE);
        code.aload(ARRAYS).loadConstant(i).aaload();
        code.checkcast((slot.ints() ? CD_int : CD_float).arrayType()).astore(locals.arrays[i]);
      }
      locals.steps[i] = code.allocateLocal(TypeKind.INT);
      code.aload(STEPS).loadConstant(i).iaload().istore(locals.steps[i]);
      locals.offsets[i] = code.allocateLocal(TypeKind.INT);
      code.aload(OFFSETS).iload(BASE).loadConstant(i).iadd().iaload();
      code.iload(ROW0).iload(locals.steps[i]).imul().iadd();
      if (slot.access().alongColumns()) {
        code.iload(COL0).iadd();
      }
      code.istore(locals.offsets[i]);
    }
    return locals;
  }

  private void pushSlots(CodeBuilder code, Locals locals) {
    for (int i = 0; i < piece.slots().size(); i++) {
      Slot slot = piece.slots().get(i);
      if (slot.access().hasArray()) {
        code.aload(locals.arrays[i]);
      }
      code.iload(locals.offsets[i]);
      if (slot.steps()) {
        code.iload(locals.steps[i]);
      }
    }
  }

  private void call(CodeBuilder code, Locals locals, String name, int... ints) {
    pushSlots(code, locals);
    for (int local : ints) {
      code.iload(local);
    }
    code.invokestatic(SELF, name, loopType(piece, ints.length));
  }

  private void runRows(CodeBuilder code, Locals locals) {
    int n = code.allocateLocal(TypeKind.INT);
    int whole = code.allocateLocal(TypeKind.INT);
    code.iload(COL1).iload(COL0).isub().istore(n);
    code.iload(n).loadConstant(-RowCode.unroll(piece) * piece.lanes()).iand().istore(whole);
    whileLess(
        code,
        () -> code.iload(ROW0),
        () -> code.iload(ROW1),
        () -> {
          row(code, locals, n, whole);
          for (int i = 0; i < piece.slots().size(); i++) {
            if (piece.slots().get(i).access() != Piece.Access.AREA) {
              code.iload(locals.offsets[i]).iload(locals.steps[i]).iadd();
              code.istore(locals.offsets[i]);
            }
          }
          code.iinc(ROW0, 1);
        });
  }

  private void row(CodeBuilder code, Locals locals, int n, int whole) {
    if (piece.folds().isEmpty()) {
      code.iload(whole).ifThen(_ -> call(code, locals, "loop", whole));
      code.iload(whole)
          .iload(n)
          .ifThen(Opcode.IF_ICMPLT, _ -> call(code, locals, "tail", whole, n));
      return;
    }
    int at = code.allocateLocal(TypeKind.INT);
    code.iload(n).loadConstant(piece.lanes());
    code.ifThenElse(
        Opcode.IF_ICMPGE,
        _ -> {
          call(code, locals, "loop", whole);
          code.iload(whole).istore(at);
          Runnable tail =
              () -> {
                call(code, locals, "tail", at, n);
                code.iinc(at, piece.lanes());
              };
          whileLess(code, () -> code.iload(at), () -> code.iload(n), tail);
        },
        _ -> call(code, locals, "only", n));
    piece.folds().forEach(fold -> finish(code, locals, fold));
  }

  /** Folds the lanes of an accumulator into the row's element. */
  private void finish(CodeBuilder code, Locals locals, Fold fold) {
    int lanes = piece.lanes();
    code.aload(locals.arrays[fold.slot()]).iload(locals.offsets[fold.slot()]);
    code.aload(locals.arrays[fold.area()]).iload(locals.offsets[fold.area()]);
    code.loadConstant(fold.at() * lanes).iadd();
    String name = fold.kind().name().toLowerCase(Locale.ROOT);
    if (fold.lane().inInts()) {
      code.loadConstant(lanes);
      var type = MethodTypeDesc.of(CD_int, CD_int.arrayType(), CD_int, CD_int);
      code.invokestatic(InstCode.LANES, name, type).iastore();
    } else {
      var type = MethodTypeDesc.of(CD_float, CD_float.arrayType(), CD_int);
      code.invokestatic(InstCode.LANES, name + lanes, type).fastore();
    }
  }

  private void runColumns(CodeBuilder code, Locals locals) {
    int n = code.allocateLocal(TypeKind.INT);
    code.iload(ROW1).iload(ROW0).isub().istore(n);
    int rest = code.allocateLocal(TypeKind.INT);
    for (int unroll : ColumnCode.unrolls(piece)) {
      int width = unroll * piece.lanes();
      whileLess(
          code,
          () -> code.iload(COL0).loadConstant(width - 1).iadd(),
          () -> code.iload(COL1),
          () -> {
            call(code, locals, "strip" + unroll, n);
            for (int i = 0; i < piece.slots().size(); i++) {
              if (piece.slots().get(i).access().alongColumns()) {
                code.iinc(locals.offsets[i], width);
              }
            }
            code.iinc(COL0, width);
          });
    }
    code.iload(COL1).iload(COL0).isub().istore(rest);
    code.iload(rest).ifThen(Opcode.IFGT, _ -> call(code, locals, "tail", n, rest));
  }

  /** {@code while (left < right) body}. */
  static void whileLess(CodeBuilder code, Runnable left, Runnable right, Runnable body) {
    var top = code.newBoundLabel();
    var end = code.newLabel();
    left.run();
    right.run();
    code.if_icmpge(end);
    body.run();
    code.goto_(top);
    code.labelBinding(end);
  }

  /** All instructions' flags turned over. */
  static boolean[] not(boolean[] flags) {
    var result = new boolean[flags.length];
    for (int i = 0; i < flags.length; i++) {
      result[i] = !flags[i];
    }
    return result;
  }

  /** Both flags. */
  static boolean[] and(boolean[] a, boolean[] b) {
    var result = new boolean[a.length];
    for (int i = 0; i < a.length; i++) {
      result[i] = a[i] && b[i];
    }
    return result;
  }
}
