/** Reverse-mode gradients: one rule per operation, and the walk that applies them to a trace. */
package dev.bramante.autodiff;
