/**
 * Files: safetensors in and out, atomic replacement, comparison of names. What comes from outside
 * is not trusted: each length and offset is checked before it is used, and whatever is wrong with a
 * file is a {@link dev.bramante.io.FileFormatException}.
 */
package dev.bramante.io;
