package dev.bramante.experiments;

import dev.bramante.backend.Executable;
import dev.bramante.engine.Engine;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Trace;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.Tensor;
import dev.bramante.train.Checkpoint;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.RunFolder;
import dev.bramante.train.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A network that {@code train} has left in a folder.
 *
 * @param model the network
 * @param values its best weights by name
 * @param about what its checkpoint says of it
 */
record TrainedRun(Model model, Map<String, Tensor> values, Map<String, String> about) {
  static TrainedRun read(Path folder) throws IOException {
    Path best = new RunFolder(folder).best();
    Map<String, String> about = Checkpoint.metadata(best);
    Model model = Models.from(about);
    return new TrainedRun(model, Checkpoint.read(best, model.parameters()).best(), about);
  }

  /**
   * An attention and what it did.
   *
   * @param ran its probabilities, [N, T, heads · S]
   */
  record Seen(AttentionTap tap, Tensor ran) {
    /** The mean over heads of how a query sees the keys. */
    double[] mean(int sample, int query) {
      return tap.mean(ran, sample, query);
    }
  }

  /** What the attentions of some layers do with inputs. */
  List<Seen> attend(Engine engine, String layers, Tensor... inputs) {
    Weights weights = Weights.of(model.parameters(), ParameterGroup.all());
    weights.write(engine.variables(), values);
    Trace trace = model.parameters().trace(Mode.EVALUATION);
    weights.bind(trace);
    var given = new ArrayList<Value>();
    for (Tensor input : inputs) {
      given.add(trace.input("x" + given.size(), new Type(input.dtype(), input.shape())));
    }
    List<AttentionTap> taps =
        AttentionTap.of(trace, model.network().forward(given)).stream()
            .filter(tap -> tap.path().contains(layers))
            .toList();
    Value[] wanted = taps.stream().map(AttentionTap::probabilities).toArray(Value[]::new);
    Executable executable = engine.compile(trace.graph(wanted));
    List<Tensor> ran = executable.run(inputs);
    var seen = new ArrayList<Seen>();
    for (int i = 0; i < taps.size(); i++) {
      seen.add(new Seen(taps.get(i), ran.get(i)));
    }
    return seen;
  }
}
