/**
 * Python's pickles, as far as they hold plain values. A pickle is a program; this reader runs only
 * those instructions that build values, and calls only what its caller gives it by name.
 */
package dev.bramante.io.pickle;
