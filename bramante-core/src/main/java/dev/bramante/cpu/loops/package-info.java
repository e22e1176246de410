/**
 * Kernels that are neither matrix products nor convolutions.
 *
 * <p>{@link dev.bramante.cpu.loops.LoopKernel} generates code for bodies of elementwise operations,
 * broadcasts and reductions: a {@code Space} finds the axes, a {@code PieceBuilder} turns nodes
 * into {@code Piece}s, the {@code Emitter} makes classes of these, and {@code Part}s run them over
 * the whole, on several threads where it pays, with the same bits for any number of them.
 */
package dev.bramante.cpu.loops;
