package dev.bramante;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which package may use which, and which parts of the JDK and of the libraries are kept to few
 * places. A package stands for its sub-packages too: {@code cpu} is also {@code cpu.pool}.
 */
final class DependencyRules {
  static final String BASE = "dev.bramante.";

  private static final Set<String> CORE =
      Set.of("tensor", "graph", "reference", "autodiff", "passes", "plan", "backend", "engine");
  private static final Set<String> EVERYTHING =
      Set.of(
          "tensor",
          "graph",
          "reference",
          "autodiff",
          "passes",
          "plan",
          "backend",
          "engine",
          "cpu",
          "nn",
          "config",
          "models",
          "data",
          "train",
          "parity",
          "pretrained",
          "generate",
          "io",
          "experiments",
          "cli");

  /** What each package may import of ours, besides itself. Nothing imports cli and bench. */
  private static final Map<String, Set<String>> PACKAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("tensor", Set.of()),
              Map.entry("graph", Set.of("tensor")),
              Map.entry("reference", Set.of("graph", "tensor")),
              Map.entry("autodiff", Set.of("graph", "tensor")),
              Map.entry("passes", Set.of("graph", "tensor")),
              Map.entry("plan", Set.of("graph", "tensor")),
              Map.entry("backend", Set.of("plan", "graph", "tensor")),
              Map.entry("cpu", Set.of("backend", "plan", "graph", "tensor")),
              Map.entry("engine", CORE),
              Map.entry("nn", Set.of("graph", "tensor")),
              Map.entry("config", Set.of()),
              Map.entry("models", Set.of("config", "nn", "graph", "tensor")),
              Map.entry("data", Set.of("tensor", "io")),
              Map.entry("io", Set.of("tensor", "graph", "nn")),
              Map.entry(
                  "train",
                  Set.of(
                      "config",
                      "nn",
                      "graph",
                      "autodiff",
                      "engine",
                      "backend",
                      "plan",
                      "data",
                      "tensor",
                      "io")),
              Map.entry(
                  "generate",
                  Set.of("train", "models", "nn", "graph", "engine", "backend", "plan", "tensor")),
              Map.entry(
                  "parity",
                  Set.of(
                      "train",
                      "config",
                      "models",
                      "nn",
                      "graph",
                      "autodiff",
                      "backend",
                      "tensor",
                      "io")),
              Map.entry(
                  "experiments",
                  Set.of(
                      "train",
                      "config",
                      "models",
                      "nn",
                      "graph",
                      "autodiff",
                      "engine",
                      "backend",
                      "data",
                      "tensor")),
              Map.entry(
                  "pretrained",
                  Set.of(
                      "train", "config", "models", "nn", "graph", "engine", "backend", "data",
                      "tensor", "io")),
              Map.entry("cli", EVERYTHING),
              Map.entry("bench", EVERYTHING)));

  /** An API outside of the project, the packages that may use it, and why no other may. */
  private record Reserved(String prefix, Set<String> allowed, String why) {}

  /** The first that fits decides, so the narrower prefix comes first. */
  private static final List<Reserved> RESERVED =
      List.of(
          new Reserved(
              "jdk.incubator.vector.",
              Set.of("cpu", "bench"),
              "the API incubates and may change: one package has to follow it"),
          new Reserved(
              "java.lang.classfile.", Set.of("cpu"), "one package emits kernels at run time"),
          new Reserved(
              "java.lang.foreign.Linker",
              Set.of(),
              "native code could crash the process; a backend that needs it gets its own row"),
          new Reserved(
              "java.lang.foreign.SymbolLookup", Set.of(), "the same as java.lang.foreign.Linker"),
          new Reserved(
              "java.lang.foreign.",
              Set.of("io"),
              "memory outside the heap is for mapped files only; tensors and plans are arrays"),
          new Reserved(
              "java.io.ObjectInputStream",
              Set.of(),
              "files from outside are untrusted, and deserialisation executes what they say"),
          new Reserved("sun.", Set.of(), "it is internal to the JDK"),
          new Reserved("jdk.internal.", Set.of(), "it is internal to the JDK"),
          new Reserved(
              "com.google.gson.", Set.of("io", "data", "train", "cli"), "core has no dependency"),
          new Reserved("de.siegmar.fastcsv.", Set.of("data", "cli"), "core has no dependency"),
          new Reserved("picocli.", Set.of("cli"), "only the command line parses commands"),
          new Reserved(
              "me.tongfei.progressbar.", Set.of("cli"), "only the command line has a terminal"),
          new Reserved(
              "org.jline.", Set.of(), "the library of progress bars brings it; it has native code"),
          new Reserved("org.knowm.xchart.", Set.of("cli"), "only the command line draws"),
          new Reserved(
              "java.awt.image.", Set.of("data", "cli"), "pictures are data; drawing is not"),
          new Reserved(
              "java.awt.color.", Set.of("data", "cli"), "pictures are data; drawing is not"),
          new Reserved("java.awt.", Set.of("cli"), "it loads native libraries and needs fonts"),
          new Reserved("org.openjdk.jmh.", Set.of("bench"), "benchmarks live in their module"));

  private DependencyRules() {}

  /** What is wrong with a class that refers to these names; empty when nothing is. */
  static List<String> violations(String className, Iterable<String> references) {
    var from = area(className);
    if (!PACKAGES.containsKey(from)) {
      return List.of(
          className + " is in a package without a row: add \"" + from + "\" to DependencyRules");
    }
    var found = new ArrayList<String>();
    for (var name : references) {
      if (name.startsWith(BASE)) {
        checkOurs(from, className, name, found);
      } else {
        checkReserved(from, className, name, found);
      }
    }
    return found;
  }

  private static void checkOurs(String from, String className, String name, List<String> found) {
    var to = area(name);
    var allowed = PACKAGES.get(from);
    if (!to.equals(from) && !allowed.contains(to)) {
      found.add(
          "%s uses %s: %s may import only %s"
              .formatted(className, name, from, allowed.stream().sorted().toList()));
    }
    if (from.equals("passes") && to.equals("passes") && !samePass(className, name)) {
      found.add("%s uses %s: passes don't import each other".formatted(className, name));
    }
  }

  private static void checkReserved(
      String from, String className, String name, List<String> found) {
    for (var rule : RESERVED) {
      if (name.startsWith(rule.prefix())) {
        if (!rule.allowed().contains(from)) {
          found.add(
              "%s uses %s, reserved for %s: %s"
                  .formatted(
                      className, name, rule.allowed().stream().sorted().toList(), rule.why()));
        }
        return;
      }
    }
  }

  /** Whether the two are of one sub-package of passes, or the pipeline, or common to all. */
  private static boolean samePass(String className, String name) {
    var used = packageOf(name);
    return className.equals(BASE + "passes.Pipeline")
        || used.equals(BASE + "passes")
        || used.equals(packageOf(className));
  }

  private static String packageOf(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  /** The first part of the name after the base package: "cpu" of dev.bramante.cpu.pool.Pool. */
  private static String area(String name) {
    var rest = name.substring(BASE.length());
    var dot = rest.indexOf('.');
    return dot < 0 ? "" : rest.substring(0, dot);
  }
}
