/**
 * Pictures: from files of any common format to inputs of networks. {@link
 * dev.bramante.data.image.ImageDecoder} reads, {@link dev.bramante.data.image.ImageTransform}s
 * scale, crop and vary, {@link dev.bramante.data.image.ImageFolder} finds classes in folders.
 */
package dev.bramante.data.image;
