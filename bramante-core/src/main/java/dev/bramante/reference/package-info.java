/**
 * The definition of every operation: a slow evaluator of graphs in double precision, with which
 * everything fast is compared.
 */
package dev.bramante.reference;
