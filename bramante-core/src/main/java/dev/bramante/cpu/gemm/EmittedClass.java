package dev.bramante.cpu.gemm;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.Consumer;

/** Makes a hidden class of one method {@code run}, which stands for a kernel of one shape. */
final class EmittedClass {
  private EmittedClass() {}

  /**
   * Emits, loads and instantiates a class.
   *
   * @param name what profilers and the JVM's compile commands call it
   * @param type the interface that it implements
   * @param run the type of the interface's method
   * @param body writes the method
   */
  static <K> K instance(
      String name, Class<K> type, MethodTypeDesc run, Consumer<CodeBuilder> body) {
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(EmittedClass.class.getPackageName(), name),
                kernel -> {
                  kernel.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                  kernel.withInterfaceSymbols(ClassDesc.of(type.getName()));
                  kernel.withMethodBody(
                      INIT_NAME,
                      MTD_void,
                      0,
                      init ->
                          init.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_());
                  int flags = ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL;
                  kernel.withMethodBody("run", run, flags, body);
                });
    var lookup = MethodHandles.lookup();
    try {
      var kernel = lookup.defineHiddenClass(bytes, true).lookupClass();
      var constructor = lookup.findConstructor(kernel, MethodType.methodType(void.class));
      Object made = constructor.asType(MethodType.methodType(Object.class)).invokeExact();
      return type.cast(made);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot make the kernel " + name, e);
    }
  }
}
