/**
 * The chapter's claims, tried out. An experiment gives numbers; drawing them is others' concern.
 */
package dev.bramante.experiments;
