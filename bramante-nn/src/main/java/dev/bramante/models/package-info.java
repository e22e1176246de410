/** The architectures of the chapter, one file each, and their registry. */
package dev.bramante.models;
