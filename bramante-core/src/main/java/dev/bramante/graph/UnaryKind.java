package dev.bramante.graph;

/** Functions of one element. */
public enum UnaryKind {
  /** −x. */
  NEG,
  /** |x|. */
  ABS,
  /** e^x. */
  EXP,
  /** Natural logarithm. */
  LOG,
  /** √x. */
  SQRT,
  /** 1 / √x. */
  RSQRT,
  /** Sine of radians. */
  SIN,
  /** Cosine of radians. */
  COS,
  /** Hyperbolic tangent. */
  TANH,
  /** 1 / (1 + e^−x). */
  SIGMOID,
  /** Gauss error function. */
  ERF,
  /** max(x, 0), with derivative 0 at 0. */
  RELU,
  /** Logical negation of a BOOL. */
  NOT
}
