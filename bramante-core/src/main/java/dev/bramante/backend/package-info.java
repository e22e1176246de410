/** The seam between plans and the machines that execute them. */
package dev.bramante.backend;
