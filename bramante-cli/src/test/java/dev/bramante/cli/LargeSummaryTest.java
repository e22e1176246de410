package dev.bramante.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that no machine could hold are worked out all the same. */
class LargeSummaryTest {
  private static JsonObject summary(String... arguments) {
    var said = Outcome.of(arguments);
    assertEquals(0, said.status(), said.err());
    return JsonParser.parseString(said.out()).getAsJsonObject();
  }

  @Test
  void aHundredAndSeventyFiveBillionParametersAreCounted() {
    JsonObject answer = summary("summary", "gpt3", "--json");
    long parameters = 174_604_259_328L;
    assertEquals(parameters, answer.get("parameters").getAsLong());
    assertEquals(4 * parameters, answer.get("weightBytes").getAsLong());
    assertTrue(answer.get("inferenceBytes").getAsLong() > 4 * parameters);
    assertTrue(answer.get("trainingBytes").getAsLong() > 16 * parameters);
    // Two operations a parameter and token, but for the embedding of positions, and attention.
    double products = 2.0 * parameters * 2048;
    assertEquals(1, answer.get("flops").getAsDouble() / products, 0.03);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt3_xl", "gpt2_xl"})
  void trainingIsEstimatedWhereItCannotBePlanned(String name) {
    JsonObject answer = summary("summary", name, "--json", "--batch", "2");
    assertFalse(answer.get("trainingPlanned").getAsBoolean());
    assertTrue(summary("summary", "gpt3_small", "--json").get("trainingPlanned").getAsBoolean());
  }
}
