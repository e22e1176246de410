package dev.bramante.cpu.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;

/** How many physical cores this process may use: two hyper-threads share one set of FMA units. */
final class PhysicalCores {
  private PhysicalCores() {}

  /** At least 1, at most the number of processors the JVM was given. */
  static int count() {
    int processors = Runtime.getRuntime().availableProcessors();
    var siblings = new HashSet<String>();
    try (var cpus = Files.newDirectoryStream(Path.of("/sys/devices/system/cpu"), "cpu[0-9]*")) {
      for (var cpu : cpus) {
        var list = cpu.resolve("topology/thread_siblings_list");
        if (Files.exists(list)) {
          siblings.add(Files.readString(list).strip());
        }
      }
    } catch (IOException e) {
      return processors; // not Linux, or no topology shown: take the JVM's word
    }
    return siblings.isEmpty() ? processors : Math.min(processors, siblings.size());
  }
}
