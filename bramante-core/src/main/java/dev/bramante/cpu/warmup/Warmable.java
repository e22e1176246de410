package dev.bramante.cpu.warmup;

/** Emitted code that can be run on scratch memory of its own. One thread runs it at a time. */
public interface Warmable {
  /** What it is, for people. */
  String name();

  /** Runs the code once, its hot loops {@code trips} times. */
  void run(int trips);

  /** About how many vector instructions such a run takes. */
  int work(int trips);

  /** The least share that sound code has of the rate of the fastest; 0 if they don't compare. */
  double share();

  /** The same as a new class, which from now on is used instead. */
  Warmable renewed();
}
