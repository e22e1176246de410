/**
 * Fusion: divides a graph into kernels.
 *
 * <p>{@link dev.bramante.passes.fusion.Units} says which nodes compute and who reads whom, {@link
 * dev.bramante.passes.fusion.Grouping} merges them by what that saves while {@link
 * dev.bramante.passes.fusion.Order} keeps them free of cycles, {@link
 * dev.bramante.passes.fusion.Recomputation} copies what is cheap, {@link
 * dev.bramante.passes.fusion.Contract} says what one kernel may hold, {@link
 * dev.bramante.passes.fusion.Alignment} finds the axes that its values share, {@link
 * dev.bramante.passes.fusion.KernelBody} writes it down and {@link
 * dev.bramante.passes.fusion.Assembly} puts the graph together again.
 */
package dev.bramante.passes.fusion;
