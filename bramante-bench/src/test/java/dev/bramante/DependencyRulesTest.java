package dev.bramante;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds the compiled classes of every module against {@link DependencyRules}. */
final class DependencyRulesTest {
  /**
   * A class name as it stands in a class file, alone or inside a descriptor. It is looked for in
   * every string of the constant pool, which also finds names in signatures and annotations.
   */
  private static final Pattern NAME = Pattern.compile("[a-z]\\w*(?:/\\w+)+");

  @Test
  void everyClassKeepsTheRules() {
    var violations = new ArrayList<String>();
    for (var module : modules()) {
      for (var type : classesOf(module)) {
        violations.addAll(DependencyRules.violations(nameOf(type), references(type)));
      }
    }
    assertTrue(violations.isEmpty(), () -> "\n" + String.join("\n", violations));
  }

  @Test
  void everyModuleIsSeen() {
    for (var module : modules()) {
      var hasSources = Files.isDirectory(module.resolve("src/main/java"));
      assertEquals(hasSources, !classesOf(module).isEmpty(), () -> "classes of " + module);
    }
    assertFalse(modules().isEmpty());
  }

  @Test
  void aForeignImportIsNamed() {
    assertEquals(
        List.of(
            "dev.bramante.nn.Linear uses dev.bramante.cpu.Gemm: nn may import only [graph,"
                + " tensor]"),
        DependencyRules.violations(
            "dev.bramante.nn.Linear",
            List.of("dev.bramante.cpu.Gemm", "dev.bramante.graph.Value", "java.util.List")));
  }

  @Test
  void aReservedApiIsNamed() {
    assertEquals(
        List.of(
            "dev.bramante.graph.Op uses jdk.incubator.vector.FloatVector, reserved for [bench, cpu]:"
                + " the API incubates and may change: one package has to follow it"),
        DependencyRules.violations(
            "dev.bramante.graph.Op", List.of("jdk.incubator.vector.FloatVector")));
  }

  @Test
  void aPackageWithoutRowIsNamed() {
    assertEquals(
        List.of(
            "dev.bramante.cuda.Stream is in a package without a row: add \"cuda\" to"
                + " DependencyRules"),
        DependencyRules.violations("dev.bramante.cuda.Stream", List.of()));
  }

  @Test
  void passesDoNotImportEachOther() {
    var fuse = "dev.bramante.passes.fuse.Fuse";
    assertEquals(
        List.of(fuse + " uses dev.bramante.passes.fold.Fold: passes don't import each other"),
        DependencyRules.violations(
            fuse,
            List.of(
                "dev.bramante.passes.fold.Fold",
                "dev.bramante.passes.Pass",
                "dev.bramante.passes.fuse.Chain")));
  }

  @Test
  void namesAreFoundInDescriptors() throws IOException {
    try (var file = getClass().getResourceAsStream("DependencyRulesTest.class")) {
      var names = references(ClassFile.of().parse(file.readAllBytes()));
      assertTrue(names.contains("java.lang.classfile.ClassModel"), names::toString);
      assertTrue(names.contains("java.util.SortedSet"), names::toString);
    }
  }

  /** The modules of this build, from the folder of the last of them, in which tests run. */
  private static List<Path> modules() {
    try (var paths = Files.list(Path.of("").toAbsolutePath().getParent())) {
      return paths.filter(path -> Files.exists(path.resolve("pom.xml"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ClassModel> classesOf(Path module) {
    var root = module.resolve("target/classes");
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (var paths = Files.walk(root)) {
      return paths
          .filter(path -> path.toString().endsWith(".class"))
          .map(DependencyRulesTest::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassModel parse(Path path) {
    try {
      return ClassFile.of().parse(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nameOf(ClassModel type) {
    return type.thisClass().asInternalName().replace('/', '.');
  }

  private static SortedSet<String> references(ClassModel type) {
    var names = new TreeSet<String>();
    for (var entry : type.constantPool()) {
      if (entry instanceof Utf8Entry text) {
        NAME.matcher(text.stringValue())
            .results()
            .forEach(match -> names.add(match.group().replace('/', '.')));
      }
    }
    return names;
  }
}
