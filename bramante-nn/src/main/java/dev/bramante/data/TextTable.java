package dev.bramante.data;

import java.util.List;

/**
 * Texts of classes.
 *
 * @param texts none empty
 * @param labels of each the index of its class
 * @param classes their names
 */
public record TextTable(List<String> texts, List<Integer> labels, List<String> classes) {}
