/**
 * Rewriting of graphs: each pass takes a graph and gives one that computes the same in less time or
 * memory. {@link dev.bramante.passes.Pipeline} names them in order.
 */
package dev.bramante.passes;
