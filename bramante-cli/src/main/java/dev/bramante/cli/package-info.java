/** The commands. Nothing imports this package. */
package dev.bramante.cli;
