package dev.bramante.cli;

import dev.bramante.engine.Engine;
import dev.bramante.graph.Graph;
import dev.bramante.graph.Mode;
import dev.bramante.graph.Type;
import dev.bramante.graph.Value;
import dev.bramante.models.Model;
import dev.bramante.nn.Summary;
import dev.bramante.parity.Fill;
import dev.bramante.train.Evaluation;
import dev.bramante.train.ParameterGroup;
import dev.bramante.train.TrainSettings;
import dev.bramante.train.TrainingStep;
import dev.bramante.train.Weights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What memory a network needs, in bytes.
 *
 * @param weights its numbers
 * @param state what the optimizer keeps of each
 * @param inference all that inference needs
 * @param training all that training needs
 * @param planned whether both were planned; otherwise training is estimated: the outputs of all
 *     layers are kept, and there is a gradient of each weight
 */
record MemoryNeed(long weights, long state, long inference, long training, boolean planned) {
  private static final int FLOAT = 4;

  /** What an array holds, with room for a gradient beside the activations. */
  private static final long MOST_NUMBERS = Integer.MAX_VALUE / 2;

  /** Plans a network; nothing of it is allocated. */
  static MemoryNeed of(Engine engine, Model model, int batch, Summary summary) {
    if (model.parameters().count() <= MOST_NUMBERS) {
      try {
        return planned(engine, model, batch);
      } catch (ArithmeticException tooLarge) { // which is how a plan says so
        return estimated(engine, model, batch, summary);
      }
    }
    return estimated(engine, model, batch, summary);
  }

  private static MemoryNeed planned(Engine engine, Model model, int batch) {
    var options = new TrainSettings(TrainSettings.defaults()).options();
    var weights = Weights.of(model.parameters(), ParameterGroup.all());
    Graph inference = Evaluation.output(model.network(), model.batch(batch), weights);
    Graph training =
        new TrainingStep(model.network(), model.batch(batch), weights, options).update();
    long numbers = FLOAT * model.parameters().count();
    long state = numbers * options.optimizer().state().size();
    long trained = engine.footprint(training).total();
    weights.supply(engine.variables(), Fill::elements); // as whoever infers does
    return new MemoryNeed(numbers, state, engine.footprint(inference).total(), trained, true);
  }

  private static MemoryNeed estimated(Engine engine, Model model, int batch, Summary summary) {
    var options = new TrainSettings(TrainSettings.defaults()).options();
    long numbers = FLOAT * model.parameters().count();
    long state = numbers * options.optimizer().state().size();
    return new MemoryNeed(
        numbers,
        state,
        numbers + inference(engine, model, batch, summary),
        numbers + state + numbers + summary.bytes(),
        false);
  }

  private static long inference(Engine engine, Model model, int batch, Summary summary) {
    try {
      return engine.plan(inference(model, batch)).arenaBytes();
    } catch (ArithmeticException tooLarge) {
      return summary.rows().stream().mapToLong(Summary.Row::bytes).max().orElse(0) * 2;
    }
  }

  /** The graph of inference; each parameter is on its own where no array could hold all. */
  static Graph inference(Model model, int batch) {
    if (model.parameters().count() <= MOST_NUMBERS) {
      var weights = Weights.of(model.parameters(), ParameterGroup.all());
      return Evaluation.output(model.network(), model.batch(batch), weights);
    }
    var trace = model.parameters().trace(Mode.EVALUATION);
    List<Type> types = model.batch(batch);
    List<Value> inputs =
        IntStream.range(0, types.size()).mapToObj(i -> trace.input("x" + i, types.get(i))).toList();
    return trace.graph(model.network().forward(inputs));
  }
}
