package dev.bramante.graph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.bramante.graph.Graph.Assign;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifierTest {
  private final Node x = Node.of(new Op.Input("x", Type.f32(2)), List.of(), "");
  private final Node exp = Node.of(new Op.Unary(UnaryKind.EXP), List.of(x), "");
  private final Node sum = Node.of(new Op.Binary(BinaryKind.ADD), List.of(x, exp), "");

  private static String problem(Graph graph) {
    return assertThrows(IllegalStateException.class, () -> Verifier.verify(graph))
        .getMessage()
        .lines()
        .findFirst()
        .orElseThrow();
  }

  private static Graph graph(List<Node> inputs, List<Node> nodes, List<Node> outputs) {
    return new Graph(inputs, nodes, outputs, List.of());
  }

  @Test
  void acceptsWhatATraceMakes() {
    assertDoesNotThrow(() -> Verifier.verify(Graph.of(List.of(x), List.of(sum, exp), List.of())));
  }

  @Test
  void findsBrokenOrder() {
    assertEquals(
        "invalid graph: a node uses a value before it is computed",
        problem(graph(List.of(x), List.of(x, sum, exp), List.of(sum))));
    assertEquals(
        "invalid graph: a node uses a value before it is computed",
        problem(graph(List.of(x), List.of(x, sum), List.of(sum))));
    assertEquals(
        "invalid graph: a node appears twice",
        problem(graph(List.of(x), List.of(x, exp, exp), List.of(exp))));
  }

  @Test
  void findsBrokenInterfaces() {
    assertEquals(
        "invalid graph: a node is an input that nobody gives",
        problem(graph(List.of(), List.of(x, exp), List.of(exp))));
    assertEquals(
        "invalid graph: a node is no input",
        problem(graph(List.of(x, exp), List.of(x, exp), List.of(exp))));
    assertEquals(
        "invalid graph: a node is returned but not computed",
        problem(graph(List.of(x), List.of(x), List.of(exp))));
  }

  @Test
  void findsBrokenAssignments() {
    var fitting = new Variable("w", Type.f32(2));
    var other = new Variable("w", Type.f32(3));
    assertEquals(
        "invalid graph: a node is assigned but not computed",
        problem(new Graph(List.of(x), List.of(x), List.of(), List.of(new Assign(fitting, exp)))));
    assertEquals(
        "invalid graph: a node is assigned to w: F32[3]",
        problem(
            new Graph(List.of(x), List.of(x, exp), List.of(), List.of(new Assign(other, exp)))));
  }

  @Test
  void looksIntoFusedKernels() {
    Graph body = graph(List.of(x), List.of(x, sum), List.of(sum));
    Node argument = Node.of(new Op.Input("y", Type.f32(2)), List.of(), "");
    Node fused = Node.of(new Op.Fused(body), List.of(argument), "");
    assertEquals(
        "invalid graph: a node uses a value before it is computed",
        problem(Graph.of(List.of(argument), List.of(fused), List.of())));
  }

  @Test
  void printsTheNeighbourhood() {
    Graph graph = graph(List.of(x), List.of(x, sum, exp), List.of(sum));
    String message =
        assertThrows(IllegalStateException.class, () -> Verifier.verify(graph)).getMessage();
    assertTrue(message.contains("> %1 = add(%0, %2) : F32[2]"), message);
    assertTrue(message.contains("  %2 = exp(%0) : F32[2]"), message);
  }
}
