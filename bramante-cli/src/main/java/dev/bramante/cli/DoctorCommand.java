package dev.bramante.cli;

import java.lang.management.ManagementFactory;
import picocli.CommandLine.Command;

/** Looks at the machine and the JVM, and says what to do about what is not well. */
@Command(
    name = "doctor",
    description = "Check JDK, vector width, cores, memory and backend, and say what to do.")
final class DoctorCommand extends BaseCommand {
  private boolean well = true;

  @Override
  public Integer call() {
    out().println("bramante    " + Version.number());
    java();
    vectors();
    memory();
    return well ? 0 : Main.FAILED;
  }

  private void java() {
    out()
        .printf(
            "JDK         %s, %s, in %s%n",
            Runtime.version(), System.getProperty("java.vm.name"), System.getProperty("java.home"));
    int feature = Runtime.version().feature();
    check(feature >= 25, "Bramante needs JDK 25 or newer; set BRAMANTE_JAVA_HOME to one");
  }

  private void vectors() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    out().println("Vector API  " + (present ? "present" : "absent"));
    check(present, "start with ./bramante, or add --add-modules=jdk.incubator.vector");
  }

  private void memory() {
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long machine = system.getTotalMemorySize();
    long heap = Runtime.getRuntime().maxMemory();
    out().printf("memory      %s of the machine's %s may be used%n", bytes(heap), bytes(machine));
    check(
        heap >= machine / 2,
        "large models may not fit; BRAMANTE_OPTS=-XX:MaxRAMPercentage=75 allows more");
  }

  private void check(boolean good, String remedy) {
    if (!good) {
      well = false;
      out().println("            ! " + remedy);
    }
  }

  private static String bytes(long count) {
    return "%.1f GB".formatted(count / 1e9);
  }
}
