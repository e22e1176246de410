/**
 * The graph with every value given a place in memory: what a backend executes.
 *
 * <p>All lifetimes are known, so intermediates share two arenas, one of floats and one of ints, and
 * a run allocates nothing.
 */
package dev.bramante.plan;
