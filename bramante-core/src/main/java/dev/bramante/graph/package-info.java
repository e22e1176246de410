/**
 * The computation as a value: a static graph of operations in SSA form.
 *
 * <p>A model is traced once per input shape into a {@link dev.bramante.graph.Trace} through {@link
 * dev.bramante.graph.Value}s, which yields an immutable {@link dev.bramante.graph.Graph} of {@link
 * dev.bramante.graph.Node}s. Every node has one result; its type is worked out, and shape errors
 * are raised, when it is made.
 */
package dev.bramante.graph;
