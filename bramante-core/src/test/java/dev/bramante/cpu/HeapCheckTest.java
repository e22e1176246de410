package dev.bramante.cpu;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.backend.Footprint;
import dev.bramante.backend.MemoryException;
import org.junit.jupiter.api.Test;

class HeapCheckTest {
  private static final long MEGABYTE = 1_000_000;

  @Test
  void whatFitsIsLetThrough() {
    assertDoesNotThrow(() -> HeapCheck.require(new Footprint(1, 2, 3, 4, 5), 10));
  }

  @Test
  void saysWhatIsNeededAndWhatWouldHelp() {
    long much = 2 * Runtime.getRuntime().maxMemory() / MEGABYTE * MEGABYTE;
    var needs = new Footprint(much, 20 * MEGABYTE, 3 * MEGABYTE, 4 * MEGABYTE, 5 * MEGABYTE);
    var refused = assertThrows(MemoryException.class, () -> HeapCheck.require(needs, much));
    String message = refused.getMessage();
    assertTrue(message.contains("%,d MB for intermediates".formatted(much / MEGABYTE)), message);
    assertTrue(message.contains("20 MB for scratch memory"), message);
    assertTrue(message.contains("3 MB for packed weights, 4 MB to pack them from"), message);
    assertTrue(message.contains("and 5 MB for variables"), message);
    assertTrue(message.matches(".*the JVM option -Xmx\\d+m"), message);
  }
}
