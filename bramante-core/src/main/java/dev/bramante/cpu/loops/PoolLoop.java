package dev.bramante.cpu.loops;

import dev.bramante.cpu.loops.Operand.Bound;
import dev.bramante.cpu.loops.Operand.Fixed;
import dev.bramante.cpu.loops.PoolLines.Segment;
import dev.bramante.cpu.loops.Pooling.Kind;
import dev.bramante.cpu.pool.WorkerPool;
import dev.bramante.graph.Window;
import dev.bramante.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Maximum and mean over sliding windows of images [N, H, W, C], and their gradients: MAX (x, y),
 * MAX_GRAD (x, y, dy, dx), AVERAGE (x, y), AVERAGE_GRAD (dy, dx). Where the windows tile the
 * images, dx may lie on x.
 */
final class PoolLoop implements Loop, WorkerPool.Task {
  /** Taps that have a slot each in a piece; methods have at most 255 parameters. */
  static final int MOST_TAPS = 36;

  /** Channels of one task where images are too few to go round. */
  private static final int CHANNELS = 64;

  private final WorkerPool pool;
  private final Kind kind;
  private final Window window;
  private final PoolLines geometry;
  private final int images;
  private final int inPixels;
  private final int outHeight;
  private final int outWidth;
  private final int channels;
  private final boolean adds;
  private final boolean clears;

  /** The segments of all lines, line after line. */
  private final List<Segment> segments = new ArrayList<>();

  /** Where each line's segments begin, and the end. */
  private final int[] lineStarts;

  /** One for each number of taps that occurs. */
  private final List<Call> calls = new ArrayList<>();

  /** For each segment, its call, and where its offsets for the first image are in that's table. */
  private final Call[] segmentCalls;

  private final int[] entries;

  private final Memory memory;
  private final int blocks;
  private final int units;
  private final int tasks;
  private float[] gradient = {};
  private int gradientOffset;

  /**
   * @param x the shape of the images
   */
  PoolLoop(Kind kind, Window window, Shape x, int bits, WorkerPool pool) {
    this.pool = pool;
    this.kind = kind;
    this.window = window;
    geometry = new PoolLines(window, x.dim(1), x.dim(2));
    images = x.dim(0);
    inPixels = x.dim(1) * x.dim(2);
    channels = x.dim(3);
    outHeight = window.outH(x.dim(1));
    outWidth = window.outW(x.dim(2));
    adds = !geometry.apart();
    clears = kind.isGradient() && (adds || !geometry.covered());
    lineStarts = new int[outHeight + 1];
    for (int row = 0; row < outHeight; row++) {
      segments.addAll(geometry.line(row));
      lineStarts[row + 1] = segments.size();
    }
    segmentCalls = new Call[segments.size()];
    entries = new int[segments.size()];
    segments.stream().mapToInt(Segment::taps).distinct().forEach(taps -> addCall(taps, bits));
    memory = new Memory(pool.threads(), 16, 16);
    long work = (long) images * inPixels * channels * 2;
    boolean shared = pool.threads() > 1 && work >= Part.SHARED_WORK;
    blocks = shared && images < 2 * pool.threads() ? Part.ceil(channels, CHANNELS) : 1;
    units = (kind.isGradient() ? images : images * outHeight) * blocks;
    tasks = shared ? Math.min(units, 8 * pool.threads()) : 1;
  }

  /**
   * What a slot is.
   *
   * @param operand which bound operand, or −1 for the constant
   * @param tap which tap of the window, or −1 for the output pixel
   */
  private record Place(int operand, int tap) {}

  private List<Place> places(int taps) {
    var places = new ArrayList<Place>();
    switch (kind) {
      case MAX -> {
        addTaps(places, 0, taps);
        if (taps == 0) {
          places.add(new Place(-1, -1));
        }
        places.add(new Place(1, -1));
      }
      case MAX_GRAD -> {
        addTaps(places, 0, taps);
        places.add(new Place(1, -1));
        places.add(new Place(2, -1));
        addTaps(places, 3, taps);
      }
      case AVERAGE -> {
        places.add(new Place(-1, -1));
        addTaps(places, 0, taps);
        places.add(new Place(1, -1));
      }
      case AVERAGE_GRAD -> {
        places.add(new Place(-1, -1));
        places.add(new Place(0, -1));
        addTaps(places, 1, taps);
      }
    }
    return places;
  }

  private static void addTaps(List<Place> places, int operand, int taps) {
    for (int tap = 0; tap < taps; tap++) {
      places.add(new Place(operand, tap));
    }
  }

  /** The call for all segments with so many taps. */
  private void addCall(int taps, int bits) {
    List<Segment> mine = segments.stream().filter(s -> s.taps() == taps).toList();
    List<Place> places = places(taps);
    float constant =
        kind == Kind.MAX ? Float.NEGATIVE_INFINITY : 1f / (window.kernelH() * window.kernelW());
    List<Operand> operands =
        places.stream()
            .map(place ->
                new Operand(
                    place.operand() < 0
                        ? new Fixed(new float[] {constant})
                        : new Bound(place.operand()),
                    false,
                    new int[0]))
            .toList();
    int[] steps = places.stream().mapToInt(this::step).toArray();
    int n = places.size();
    var call =
        new Call(
            Pooling.piece(kind, bits, taps, adds),
            operands,
            mine.size() * images,
            i -> offset(mine.get(i / n / images), i / n % images, places.get(i % n)),
            steps,
            pool.threads());
    long frames = (long) mine.size() * images;
    call.sized(frames, mine.stream().mapToInt(Segment::count).max().orElse(0), channels);
    calls.add(call);
    int entry = 0;
    for (int i = 0; i < entries.length; i++) {
      if (segments.get(i).taps() == taps) {
        segmentCalls[i] = call;
        entries[i] = images * entry++;
      }
    }
  }

  private int step(Place place) {
    if (place.operand() < 0) {
      return 0;
    }
    return place.tap() < 0 ? channels : channels * window.strideW();
  }

  private int offset(Segment segment, int image, Place place) {
    if (place.operand() < 0) {
      return 0;
    }
    int pixel =
        place.tap() < 0
            ? (image * outHeight + segment.row()) * outWidth + segment.first()
            : image * inPixels + geometry.pixel(segment, place.tap());
    return pixel * channels;
  }

  @Override
  public void bind(Object[] arrays, int[] offsets) {
    for (Call call : calls) {
      call.bind(arrays, offsets, memory);
    }
    if (clears) {
      gradient = (float[]) arrays[arrays.length - 1];
      gradientOffset = offsets[arrays.length - 1];
    }
  }

  @Override
  public void run() {
    if (tasks == 1) {
      run(0, 0);
    } else {
      pool.run(this, tasks);
    }
  }

  @Override
  public void run(int index, int worker) {
    int end = (int) ((long) units * (index + 1) / tasks);
    for (int unit = (int) ((long) units * index / tasks); unit < end; unit++) {
      int col0 = unit % blocks * CHANNELS;
      int col1 = blocks == 1 ? channels : Math.min(col0 + CHANNELS, channels);
      int item = unit / blocks;
      if (kind.isGradient()) {
        clear(item, col0, col1);
        segments(worker, item, 0, segments.size(), col0, col1);
      } else {
        int row = item % outHeight;
        int image = item / outHeight;
        segments(worker, image, lineStarts[row], lineStarts[row + 1], col0, col1);
      }
    }
  }

  private void segments(int worker, int image, int first, int end, int col0, int col1) {
    for (int i = first; i < end; i++) {
      int count = segments.get(i).count();
      segmentCalls[i].run(worker, entries[i] + image, 0, count, col0, col1);
    }
  }

  private void clear(int image, int col0, int col1) {
    if (!clears) {
      return;
    }
    int start = gradientOffset + image * inPixels * channels;
    if (col1 - col0 == channels) {
      Arrays.fill(gradient, start, start + inPixels * channels, 0);
      return;
    }
    for (int pixel = 0; pixel < inPixels; pixel++) {
      int at = start + pixel * channels;
      Arrays.fill(gradient, at + col0, at + col1, 0);
    }
  }
}
