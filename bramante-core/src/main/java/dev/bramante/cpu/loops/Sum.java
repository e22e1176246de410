package dev.bramante.cpu.loops;

import dev.bramante.graph.Node;
import dev.bramante.graph.ReduceKind;

/** A reduction and where its result goes. */
record Sum(ReduceKind kind, Node operand, Operand to) {}
