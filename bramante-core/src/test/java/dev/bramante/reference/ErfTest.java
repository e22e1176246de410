package dev.bramante.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1e-300, 1.1283791670955126e-300",
    "1e-10, 1.1283791670955126e-10",
    "0.1, 0.1124629160182849",
    "0.5, 0.5204998778130465",
    "1, 0.8427007929497149",
    "1.5, 0.9661051464753108",
    "2, 0.9953222650189527",
    "2.4, 0.999311486103355",
    "2.5, 0.999593047982555",
    "3, 0.9999779095030014",
    "4, 0.9999999845827421",
    "5, 0.9999999999984626",
    "5.9, 0.9999999999999999",
    "7, 1",
    "Infinity, 1"
  })
  void agreesWithTablesAndIsOdd(double x, double expected) {
    assertEquals(expected, Erf.erf(x), expected * 1e-15);
    assertEquals(-expected, Erf.erf(-x), expected * 1e-15);
  }

  @Test
  void passesNotANumberOn() {
    assertTrue(Double.isNaN(Erf.erf(Double.NaN)));
  }

  /**
   * Its derivative is 2/√π e^−x², also where one method of computing it hands over to the other.
   */
  @Test
  void hasTheSlopeOfTheNormalDistribution() {
    double h = 1e-4;
    for (double x = -4; x < 4; x += 0.0625) {
      double slope =
          (8 * (Erf.erf(x + h) - Erf.erf(x - h)) - Erf.erf(x + 2 * h) + Erf.erf(x - 2 * h))
              / (12 * h);
      assertEquals(2 / Math.sqrt(Math.PI) * Math.exp(-x * x), slope, 1e-11);
    }
  }
}
