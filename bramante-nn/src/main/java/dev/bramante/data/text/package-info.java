/**
 * Text as numbers: tokenizers in the formats of Hugging Face (byte-level BPE, WordPiece, single
 * characters), their training, token files larger than memory, and the measure of translations.
 */
package dev.bramante.data.text;
