package dev.bramante.train;

import dev.bramante.tensor.Tensor;
import java.util.List;

/**
 * What a training step is given. Whoever makes it uses it again for the next step.
 *
 * @param shape which of the task's shapes the inputs have
 * @param inputs the inputs of the network
 * @param targets what it shall say, as the loss wants it
 * @param counted the targets that count, where hits are counted; otherwise 0
 */
record StepBatch(int shape, List<Tensor> inputs, Tensor targets, int counted) {}
