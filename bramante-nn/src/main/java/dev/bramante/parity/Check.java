package dev.bramante.parity;

import java.util.Locale;

/**
 * One field of a reference and whether ours agrees.
 *
 * @param field its name
 * @param agrees whether it does
 * @param detail the figures, or what is wrong
 */
public record Check(String field, boolean agrees, String detail) {
  static Check of(String field, Difference difference) {
    return new Check(field, difference.agrees(), difference.toString());
  }

  /** A field that disagrees by the rule, and is held to its sensitivity to rounding instead. */
  static Check sensitive(String field, Difference strict, Difference sensitive) {
    String detail = "%s (%.1e but for its sensitivity to rounding)";
    return new Check(
        field, sensitive.agrees(), String.format(Locale.ROOT, detail, sensitive, strict.allowed()));
  }

  /** As {@code ok eval_logits error 1.2e-07, allowed 5.7e-07}. */
  @Override
  public String toString() {
    return "%-9s %-28s %s".formatted(agrees ? "ok" : "DISAGREES", field, detail);
  }
}
