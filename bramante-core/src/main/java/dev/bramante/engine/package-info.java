/** From graph to executable: the one place that names the stages in order. */
package dev.bramante.engine;
