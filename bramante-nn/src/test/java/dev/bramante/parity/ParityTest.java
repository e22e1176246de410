package dev.bramante.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.engine.Engine;
import dev.bramante.io.FileFormatException;
import dev.bramante.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParityTest {
  @TempDir private Path folder;

  private static Path resource(String name) {
    try {
      return Path.of(ParityTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private Path changed(String name, String from, String to) {
    try {
      String text = Files.readString(resource(name));
      assertTrue(text.contains(from));
      return Files.writeString(folder.resolve(name), text.replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp-book.json", "lenet-book.json", "lenet5.json"})
  void theDefinitionAgreesInAllFields(String name) throws IOException {
    List<Check> checks = Parity.check(resource(name), new ReferenceMachine());
    var wrong = checks.stream().filter(check -> !check.agrees()).toList();
    assertEquals(List.of(), wrong);
    assertTrue(checks.size() >= 11);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp-book.json", "lenet-book.json", "lenet5.json", "resnet20.json"})
  void theEngineAgreesInAllFields(String name) throws IOException {
    var engine = new Engine();
    var machine = Machine.of(engine.variables(), engine::compile, true);
    List<Check> checks = Parity.check(resource(name), machine);
    assertEquals(List.of(), checks.stream().filter(check -> !check.agrees()).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2-tiny.json",
        "bert-tiny.json",
        "vit-tiny.json",
        "vit-book.json",
        "transformer-tiny.json",
        "transformer-tiny-postnorm.json",
        "transformer-tiny-padded.json"
      })
  void attentionAgreesInAllFields(String name) throws IOException {
    var engine = new Engine();
    var machine = Machine.of(engine.variables(), engine::compile, true);
    List<Check> checks = Parity.check(resource(name), machine);
    assertEquals(List.of(), checks.stream().filter(check -> !check.agrees()).toList());
    assertTrue(checks.size() >= 30);
  }

  @Test
  void anyDifferenceIsSeen() throws IOException {
    for (String[] change :
        new String[][] {
          {"0.07375169153648556", "0.07375269153648556", "eval_logits"},
          {"0.65527", "0.65597", "losses_adamw"},
          {"0.629577", "0.629877", "losses_sgd"},
          {"\"parameters\": 1557", "\"parameters\": 1558", "parameters"},
          {"0.10402579636951478", "0.10412579636951478", "grads 4.weight"},
          {"-0.0018727958636155853", "-0.0018747958636155853", "grads 4.bias"},
        }) {
      var checks =
          Parity.check(changed("mlp-book.json", change[0], change[1]), new ReferenceMachine());
      assertEquals(
          List.of(change[2]),
          checks.stream().filter(check -> !check.agrees()).map(Check::field).toList());
    }
  }

  @Test
  void otherNamesAreMatchedInOrder() throws IOException {
    // The weights are filled by name, so the numbers are others; what counts is that it runs.
    var file = changed("mlp-book.json", "\"0.weight\"", "\"fc1.weight\"");
    var checks = Parity.check(file, new ReferenceMachine());
    assertTrue(checks.stream().anyMatch(check -> check.field().equals("grads fc1.weight")));
    assertFalse(checks.stream().allMatch(Check::agrees));
  }

  @Test
  void otherTensorsAreRefused() {
    var file = changed("mlp-book.json", "\"0.bias\": [25]", "\"0.bias\": [24]");
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> Parity.check(file, new ReferenceMachine()));
    assertEquals("the reference's 0.bias is [24], our 0.bias is [25]", e.getMessage());
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    for (String text :
        List.of("", "[]", "{", "{\"name\": \"x\"}", "{\"tensors\": 3}", "nonsense")) {
      Path file = Files.writeString(folder.resolve("bad.json"), text);
      assertThrows(
          FileFormatException.class, () -> Parity.check(file, new ReferenceMachine()), text);
    }
  }

  @Test
  void inputsAreExactInSinglePrecision() {
    var input = Fill.input(Shape.of(1000));
    for (int i = 0; i < 1000; i++) {
      double steps = (input.at(i) + 1) * (1 << 23);
      assertEquals(Math.rint(steps), steps);
    }
  }
}
