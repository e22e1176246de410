/**
 * Training: losses, optimizers and schedules as graphs, and the loop around them.
 *
 * <p>Forward pass, loss, gradients and update are one graph ({@link
 * dev.bramante.train.TrainingStep}), over flat variables that hold all parameters of a group
 * ({@link dev.bramante.train.Weights}).
 */
package dev.bramante.train;
