package dev.bramante.train;

/**
 * How good a network is on a data set.
 *
 * @param count the number of samples
 * @param loss the mean loss
 * @param top1 the share of samples whose class has the largest logit
 * @param top5 the share of samples whose class has one of the five largest logits
 * @param confusion samples by class (row) and answer (column)
 */
public record Measures(int count, double loss, double top1, double top5, int[][] confusion) {}
