/** Plain host values: element types, shapes and tensors. Depends on nothing but the JDK. */
package dev.bramante.tensor;
