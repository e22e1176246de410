package dev.bramante.data;

/**
 * A published data set with its official division.
 *
 * @param training the training set
 * @param test the test set
 */
public record TrainTest(Dataset training, Dataset test) {}
