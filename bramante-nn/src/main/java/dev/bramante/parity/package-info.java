/**
 * Holds our numbers against reference values worked out elsewhere: logits, gradients, and the
 * losses of the first steps of training.
 */
package dev.bramante.parity;
