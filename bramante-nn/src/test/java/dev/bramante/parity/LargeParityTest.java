package dev.bramante.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.bramante.engine.Engine;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks of the usual sizes. */
@Tag("slow")
class LargeParityTest {
  @ParameterizedTest
  @ValueSource(strings = {"alexnet.json", "resnet18.json", "resnet50.json"})
  void theEngineAgreesInAllFields(String name) throws Exception {
    var engine = new Engine();
    var machine = Machine.of(engine.variables(), engine::compile, true);
    var file = Path.of(LargeParityTest.class.getResource(name).toURI());
    var wrong =
        Parity.check(file, machine).stream().filter(check -> !check.agrees()).toList().toString();
    assertEquals("[]", wrong);
  }
}
