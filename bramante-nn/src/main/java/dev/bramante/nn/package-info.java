/**
 * Layers: records that trace themselves into a graph.
 *
 * <p>The components of a layer are its sub-layers and its {@link dev.bramante.nn.Parameter}s, and
 * their names are the names of a checkpoint: {@link dev.bramante.nn.Parameters} finds them, nothing
 * is registered. Images are {@code [N, H, W, C]}.
 */
package dev.bramante.nn;
