package dev.bramante.cli;

import dev.bramante.backend.Backend;
import dev.bramante.cpu.warmup.Warmup;
import dev.bramante.engine.Engine;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks at the machine and the JVM, and says what to do about what is not well. */
@Command(
    name = "doctor",
    description = "Check JDK, vector width, cores, memory and backend, and say what to do.")
final class DoctorCommand extends BaseCommand {
  private static final int NEWEST_NEEDED = 25;

  /** A core of ten years ago with vectors of 256 bits does twice that. */
  private static final double SLOW_CORE = 16e9;

  @Mixin private EngineMixin engine;
  @Mixin private JsonMixin json;
  @Mixin private ProgressMixin progress;

  private record Finding(String what, String is, boolean well, String remedy) {}

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>();
    findings.add(new Finding("bramante", Version.number(), true, ""));
    findings.add(java());
    findings.add(memory());
    Finding vectors = vectors();
    findings.add(vectors);
    if (vectors.well()) {
      try (var shown = progress.on(err())) {
        shown.begin("measuring");
        Engine machine = engine.engine();
        backend(machine.backend(), findings);
        KernelSurvey.of(machine, shown).forEach(rate -> findings.add(kernels(rate)));
        findings.add(warmUp());
      }
    }
    if (json.wanted()) {
      JsonMixin.print(out(), findings);
    } else {
      findings.forEach(this::print);
    }
    return findings.stream().allMatch(Finding::well) ? 0 : Main.FAILED;
  }

  private void print(Finding finding) {
    out().printf("%-4s %-14s %s%n", finding.well() ? "ok" : "!", finding.what(), finding.is());
    if (!finding.well()) {
      out().printf("%-19s %s%n", "", finding.remedy());
    }
  }

  private static Finding java() {
    String is =
        "%s, %s, in %s"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vm.name"),
                System.getProperty("java.home"));
    return new Finding(
        "JDK",
        is,
        Runtime.version().feature() >= NEWEST_NEEDED,
        "Bramante needs JDK 25 or newer; set BRAMANTE_JAVA_HOME to one");
  }

  private static Finding memory() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long machine = system.getTotalMemorySize();
    long heap = Runtime.getRuntime().maxMemory();
    return new Finding(
        "memory",
        "%s of the machine's %s may be used".formatted(Figures.bytes(heap), Figures.bytes(machine)),
        heap >= machine / 2,
        "large models may not fit; BRAMANTE_OPTS=-XX:MaxRAMPercentage=75 allows more");
  }

  private static Finding vectors() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return new Finding(
        "Vector API",
        present ? "present" : "absent",
        present,
        "start with ./bramante, or give java --add-modules=jdk.incubator.vector");
  }

  private static Finding kernels(KernelSurvey.Rate rate) {
    String is =
        String.format(
            Locale.ROOT,
            "%s%s, %.0f %% of %s",
            Figures.scaled(rate.rate()),
            rate.unit(),
            100 * rate.share(),
            rate.unit().equals("B/s") ? "a copy" : "the fastest product");
    String remedy =
        String.format(
            Locale.ROOT,
            "at least %.0f %% is expected: run again on a quiet machine; if it stays so, the JVM"
                + " has compiled the kernel badly, please report it",
            100 * rate.floor());
    return new Finding(rate.family(), is, rate.sound(), remedy);
  }

  /** What came of compiling the kernels that were needed so far. */
  private static Finding warmUp() {
    List<Warmup.Result> results = Warmup.done();
    List<String> cold =
        results.stream().filter(r -> !r.compiled()).map(Warmup.Result::name).toList();
    double longest = results.stream().mapToDouble(Warmup.Result::milliseconds).max().orElse(0);
    return new Finding(
        "warm-up",
        String.format(
            Locale.ROOT,
            "%d of %d kernels compiled before their first use, the last after %.0f ms",
            results.size() - cold.size(),
            results.size(),
            longest),
        cold.isEmpty(),
        "not compiled in time: %s; is the machine busy, or C2 switched off (-XX:TieredStopAtLevel)?"
            .formatted(String.join(", ", cold)));
  }

  private void backend(Backend backend, List<Finding> findings) {
    int processors = Runtime.getRuntime().availableProcessors();
    findings.add(
        new Finding("backend", backend.name() + " of " + processors + " processors", true, ""));
    var peaks = backend.peaks();
    findings.add(
        new Finding(
            "speed",
            String.format(
                Locale.ROOT,
                "%.0f GFLOP/s, %.0f GB/s at most",
                peaks.flops() / 1e9,
                peaks.bytes() / 1e9),
            peaks.flops() >= SLOW_CORE,
            "kernels crawl: is the JVM a debug or interpreter build, or the machine busy? "
                + "See BRAMANTE_OPTS and JAVA_TOOL_OPTIONS for options such as -Xint"));
  }
}
