package dev.bramante.cli;

import dev.bramante.backend.Profile;
import dev.bramante.engine.Engine;
import dev.bramante.generate.CompactWeights;
import dev.bramante.generate.Decoder;
import dev.bramante.generate.WeightForm;
import dev.bramante.models.Gpt;
import dev.bramante.models.Model;
import dev.bramante.models.Models;
import dev.bramante.tensor.SplitMix;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One token more of one text: the tokens behind the first 256 are read one after the other, and
 * again when there are 64 of them.
 *
 * @param form in which weights are held
 */
record DecodeCase(String network, WeightForm form) implements BenchCase {
  private static final int PROMPT = 256;
  private static final int MORE = 64;
  private static final double TOLERANCE = 1e-3;

  @Override
  public int samples() {
    return 1;
  }

  @Override
  public double flops() {
    return 0;
  }

  /** The weights, but for the positions, of which one row is read. */
  @Override
  public double bytes() {
    Model model = model();
    long positions = ((Gpt) model.network()).positions().weight().shape().size();
    return new CompactWeights(model.parameters(), form).bytes()
        - (double) form.dtype().bytes() * positions;
  }

  private Model model() {
    return Models.create(network, Map.of("dropout", "0"));
  }

  @Override
  public Task prepare(EngineMixin options, Source source) throws IOException {
    Engine engine = options.engine();
    Model model = model();
    var gpt = (Gpt) model.network();
    var weights = new CompactWeights(model.parameters(), form);
    weights.supply(engine.variables(), source.values(model));
    int words = gpt.tokens().entries();
    long key = SplitMix.key("ids");
    int[] ids =
        IntStream.range(0, PROMPT + 1)
            .map(i -> SplitMix.bounded(SplitMix.bits(key, i), words))
            .toArray();
    var decoder = new Decoder(engine, gpt, weights, 1, PROMPT + MORE, false);
    decoder.read(List.of(Arrays.copyOf(ids, PROMPT)));
    float[] wanted = new Decoder(engine, gpt, weights, 1, PROMPT + MORE, false).read(List.of(ids));
    return new Ready(decoder, ids[PROMPT], wanted);
  }

  private static final class Ready implements Task {
    private final Decoder decoder;
    private final float[] wanted;
    private final int[] token;
    private final int[] position = new int[1];
    private final int[] row = new int[1];
    private int count;

    Ready(Decoder decoder, int token, float[] wanted) {
      this.decoder = decoder;
      this.token = new int[] {token};
      this.wanted = wanted;
    }

    @Override
    public void run() {
      next();
    }

    private float[] next() {
      position[0] = PROMPT + count++ % MORE;
      return decoder.read(token, position, row);
    }

    @Override
    public Optional<Profile> profile() {
      return Optional.of(decoder.profile());
    }

    /** What reading a token more gives is what reading all at once gives. */
    @Override
    public void check() {
      float[] logits = next();
      for (int i = 0; i < wanted.length; i++) {
        double error = Math.abs(logits[i] - wanted[i]);
        if (!(error <= TOLERANCE * Math.max(1, Math.abs(wanted[i])))) {
          throw new IllegalStateException(
              "logit %d is %s, not %s; nothing was timed".formatted(i, logits[i], wanted[i]));
        }
      }
    }
  }
}
