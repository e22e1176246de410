/** Text from language models: choosing the next token, beams, and the loop that makes a text. */
package dev.bramante.generate;
