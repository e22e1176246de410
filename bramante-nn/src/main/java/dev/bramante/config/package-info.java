/** Settings as text, and what to say about misspelt ones. */
package dev.bramante.config;
