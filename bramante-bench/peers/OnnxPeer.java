import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Times ONNX Runtime for Java on {@code mlp-infer-1} and {@code lenet-infer-1}.
 *
 * <pre>java -cp onnxruntime.jar OnnxPeer.java FOLDER CASE...</pre>
 *
 * <p>FOLDER holds what {@code export_onnx.py} wrote. Prints for one and two threads, and for two
 * ways to call: {@code user} makes the input tensor from a {@code float[]}, runs, and reads the
 * logits into a Java array, as a program does that classifies samples as they come; {@code reused}
 * writes into a tensor made once and has the logits put into another made once.
 */
final class OnnxPeer {
  private static final int REPETITIONS = 41;
  private static final long REPETITION_NANOS = 50_000_000;
  private static final long WARM_UP_NANOS = 2_000_000_000;

  /** A network: its input and, for the parity inputs' first sample, its logits. */
  private record Network(String name, long[] inputShape, double[] logits) {
    static Network of(String benchCase) {
      return switch (benchCase) {
        case "mlp-infer-1" ->
            new Network(
                "mlp", new long[] {1, 50}, new double[] {0.07375169153648556, 0.11308503138719173});
        case "lenet-infer-1" ->
            new Network(
                "lenet",
                new long[] {1, 1, 28, 28},
                new double[] {
                  -1.3371817458452484,
                  -0.08690686229479797,
                  0.5428648880257898,
                  -0.10762439653954439,
                  0.8270259525739972,
                  1.2621247803070197,
                  1.5137752485473683,
                  0.31580719284040315,
                  -0.5860980006352788,
                  -0.8573560203361846
                });
        default ->
            throw new IllegalArgumentException(
                benchCase + ": no such case; there are mlp-infer-1 and lenet-infer-1");
      };
    }

    int inputSize() {
      return (int) Arrays.stream(inputShape).reduce(1, (a, b) -> a * b);
    }

    void check(float[] actual) {
      for (int i = 0; i < logits.length; i++) {
        if (!(Math.abs(actual[i] - logits[i]) < 1e-5)) {
          throw new IllegalStateException(
              name + ": logit " + i + " is " + actual[i] + ", not " + logits[i]);
        }
      }
    }
  }

  /** One way to turn a sample into logits. */
  private interface Classifier {
    float[] logits(float[] sample) throws OrtException;
  }

  public static void main(String[] args) throws OrtException {
    if (args.length < 2) {
      System.err.println("usage: java -cp onnxruntime.jar OnnxPeer.java FOLDER CASE...");
      System.exit(2);
    }
    for (String benchCase : Arrays.asList(args).subList(1, args.length)) {
      for (int threads = 1; threads <= 2; threads++) {
        measure(benchCase, Path.of(args[0]), threads);
      }
    }
  }

  private static void measure(String benchCase, Path folder, int threads) throws OrtException {
    var network = Network.of(benchCase);
    var environment = OrtEnvironment.getEnvironment();
    try (var options = new SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      var file = folder.resolve(network.name() + ".onnx").toString();
      try (var session = environment.createSession(file, options)) {
        Classifier user = sample -> runFresh(environment, session, network, sample);
        print(benchCase, "user", threads, milliseconds(network, user));
        measureReused(benchCase, threads, network, environment, session);
      }
    }
  }

  private static float[] runFresh(
      OrtEnvironment environment, OrtSession session, Network network, float[] sample)
      throws OrtException {
    try (var input =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(sample), network.inputShape());
        var result = session.run(Map.of("input", input))) {
      return ((float[][]) result.get(0).getValue())[0];
    }
  }

  private static void measureReused(
      String benchCase,
      int threads,
      Network network,
      OrtEnvironment environment,
      OrtSession session)
      throws OrtException {
    var in = floats(network.inputSize());
    var out = floats(network.logits().length);
    long[] outputShape = {1, network.logits().length};
    try (var input = OnnxTensor.createTensor(environment, in, network.inputShape());
        var output = OnnxTensor.createTensor(environment, out, outputShape)) {
      var inputs = Map.of("input", input);
      var outputs = Map.of("logits", output);
      var logits = new float[network.logits().length];
      Classifier reused =
          sample -> {
            in.put(0, sample);
            session.run(inputs, Set.of(), outputs).close();
            out.get(0, logits);
            return logits;
          };
      print(benchCase, "reused", threads, milliseconds(network, reused));
    }
  }

  private static FloatBuffer floats(int count) {
    return ByteBuffer.allocateDirect(4 * count).order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  /** The median time of a call in milliseconds, after the answer was checked and warm-up. */
  private static double milliseconds(Network network, Classifier classifier) throws OrtException {
    float[] sample = input(network.inputSize());
    network.check(classifier.logits(sample));
    long calls = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < WARM_UP_NANOS) {
      classifier.logits(sample);
      calls++;
    }
    long count = Math.max(1, calls * REPETITION_NANOS / WARM_UP_NANOS);
    var times = new double[REPETITIONS];
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      long before = System.nanoTime();
      for (long call = 0; call < count; call++) {
        classifier.logits(sample);
      }
      times[repetition] = (System.nanoTime() - before) / 1e6 / count;
    }
    Arrays.sort(times);
    return times[REPETITIONS / 2];
  }

  /** The first values that belong to the tensor name {@code input}; see networks.py. */
  private static float[] input(int count) {
    long seed = 0xcbf29ce484222325L;
    for (char letter : "input".toCharArray()) {
      seed = (seed ^ letter) * 0x100000001b3L;
    }
    var values = new float[count];
    for (int i = 0; i < count; i++) {
      long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      z = z ^ (z >>> 31);
      values[i] = (float) ((z >>> 40) * 0x1p-23 - 1);
    }
    return values;
  }

  private static void print(String benchCase, String way, int threads, double milliseconds) {
    System.out.printf(
        "%s  onnxruntime-%s  %.4f ms  %.1f /s  (%d threads)%n",
        benchCase, way, milliseconds, 1000 / milliseconds, threads);
  }
}
