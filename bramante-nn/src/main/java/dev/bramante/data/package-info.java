/**
 * Data sets and how they become batches: readers of IDX, CSV and image files, transforms, seeded
 * shuffling, and a loader that prepares batches ahead. Images lie as height, width, channels.
 */
package dev.bramante.data;
