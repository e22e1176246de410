/** Weights that others have trained: which network a file is of, and how it fits one of ours. */
package dev.bramante.pretrained;
