/** Gets emitted code compiled before real work needs it. */
package dev.bramante.cpu.warmup;
