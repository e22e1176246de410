package dev.bramante.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Value;
import dev.bramante.tensor.Shape;
import dev.bramante.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParametersTest {
  private record Block(Linear first, @Named("second_layer") Linear second) implements Layer {
    @Override
    public Value forward(Value x) {
      return second.forward(first.forward(x));
    }
  }

  private record Clashing(@Named("a") Linear first, @Named("a") Linear second) implements Layer {
    @Override
    public Value forward(Value x) {
      return x;
    }
  }

  @Test
  void namesFollowTheComponents() {
    var network =
        new Sequential(
            new Linear(3, 4),
            Activation.RELU,
            new Sequential(Linear.withoutBias(4, 5)),
            new Block(new Linear(5, 5), new Linear(5, 2)));
    var parameters = Parameters.of(network);
    assertEquals(
        List.of(
            "0.weight",
            "0.bias",
            "2.0.weight",
            "3.first.weight",
            "3.first.bias",
            "3.second_layer.weight",
            "3.second_layer.bias"),
        parameters.names());
    assertEquals(12 + 4 + 20 + 30 + 12, parameters.count());
    assertTrue(parameters.layers().containsKey("3.second"));
  }

  @Test
  void sharedParametersAreListedOnce() {
    var first = new Linear(4, 4);
    var tied = new Linear(first.weight(), Optional.empty());
    var parameters = Parameters.of(new Sequential(first, tied));
    assertEquals(List.of("0.weight", "0.bias"), parameters.names());
    assertEquals("0.weight", parameters.name(tied.weight()));
  }

  @Test
  void equalNamesAreRefused() {
    var network = new Clashing(new Linear(1, 1), new Linear(1, 1));
    var e = assertThrows(IllegalArgumentException.class, () -> Parameters.of(network));
    assertEquals("two parameters are named a.weight", e.getMessage());
  }

  @Test
  void layersThatAreNoRecordsAreRefused() {
    Layer lambda = x -> x;
    assertThrows(IllegalArgumentException.class, () -> Parameters.of(new Sequential(lambda)));
  }

  @Test
  void kernelsAreStoredAsTheEcosystemHasThem() {
    Parameter weight = new Conv2d(3, 4, 2).weight();
    assertEquals(Shape.of(2, 2, 3, 4), weight.shape());
    assertEquals(Shape.of(4, 3, 2, 2), weight.storedShape());
    float[] values = new float[48];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Tensor stored = Tensor.of(weight.storedShape(), values);
    Tensor own = weight.fromStored(stored);
    // [kh=1, kw=0, c=2, o=3] is [o=3, c=2, kh=1, kw=0].
    assertEquals(stored.at(((3 * 3 + 2) * 2 + 1) * 2), own.at(((2) * 3 + 2) * 4 + 3));
    assertTrue(weight.toStored(own).sameBits(stored));
    assertThrows(IllegalArgumentException.class, () -> weight.toStored(stored));
  }
}
