/* What the machine allows: fp32 multiply-adds a second and bytes read a second.
 *
 *   cc -O3 -march=native -pthread peak.c -o peak && ./peak [THREADS]
 *
 * Prints the best of several rounds for one thread and for THREADS (2 unless told).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef __AVX512F__
#define BYTES 64
#else
#define BYTES 32
#endif
#define LANES (BYTES / 4)
/* Enough independent sums to hide the latency of two multiply-adds a cycle, few enough for 16
 * registers, two of them taken. */
#define SUMS 12
#define MAX_THREADS 256
#define ROUNDS 15

typedef float vector __attribute__((vector_size(BYTES)));

static const long STEPS = 6000000;
static const long FLOATS = 64L << 20;
static const int PASSES = 2;

static pthread_barrier_t barrier;
static float *memory;
static volatile float sink;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* Twelve named sums rather than an array, which the compiler would keep in memory. They start
 * apart, so that it cannot take them for one. */
static void multiply_add(void) {
  vector x, y;
  for (int lane = 0; lane < LANES; lane++) {
    x[lane] = 0.999f;
    y[lane] = 0.001f;
  }
  vector a = y, b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5;
  vector g = a + 6, h = a + 7, i = a + 8, j = a + 9, k = a + 10, l = a + 11;
  for (long step = 0; step < STEPS; step++) {
    a = a * x + y, b = b * x + y, c = c * x + y, d = d * x + y;
    e = e * x + y, f = f * x + y, g = g * x + y, h = h * x + y;
    i = i * x + y, j = j * x + y, k = k * x + y, l = l * x + y;
  }
  vector total = a + b + c + d + e + f + g + h + i + j + k + l;
  sink = total[0];
}

static void read_memory(const float *from, long floats) {
  vector sums[8] = {0};
  for (int pass = 0; pass < PASSES; pass++) {
    for (long i = 0; i + 8 * LANES <= floats; i += 8 * LANES) {
#pragma GCC unroll 8
      for (int j = 0; j < 8; j++) sums[j] += *(const vector *)(from + i + j * LANES);
    }
  }
  float total = 0;
  for (int j = 0; j < 8; j++) total += sums[j][0];
  sink = total;
}

struct worker {
  int index, threads;
  double flop_seconds, read_seconds;
};

static void *work(void *argument) {
  struct worker *worker = argument;
  long share = FLOATS / worker->threads / 1024 * 1024;
  worker->flop_seconds = worker->read_seconds = 1e9;
  for (int round = 0; round < ROUNDS; round++) {
    pthread_barrier_wait(&barrier);
    double start = now();
    multiply_add();
    pthread_barrier_wait(&barrier);
    double middle = now();
    read_memory(memory + worker->index * share, share);
    pthread_barrier_wait(&barrier);
    double end = now();
    if (middle - start < worker->flop_seconds) worker->flop_seconds = middle - start;
    if (end - middle < worker->read_seconds) worker->read_seconds = end - middle;
  }
  return NULL;
}

static void measure(int threads) {
  pthread_t handles[MAX_THREADS];
  struct worker workers[MAX_THREADS];
  pthread_barrier_init(&barrier, NULL, threads);
  for (int i = 0; i < threads; i++) {
    workers[i] = (struct worker){.index = i, .threads = threads};
    if (pthread_create(&handles[i], NULL, work, &workers[i]) != 0) {
      fprintf(stderr, "peak: cannot start thread %d\n", i);
      exit(1);
    }
  }
  for (int i = 0; i < threads; i++) pthread_join(handles[i], NULL);
  pthread_barrier_destroy(&barrier);
  double flops = 2.0 * LANES * SUMS * STEPS * threads / workers[0].flop_seconds;
  double share = FLOATS / threads / 1024 * 1024;
  double bytes = 4.0 * share * threads * PASSES / workers[0].read_seconds;
  printf("%d threads  %.1f GFLOP/s fp32  %.1f GB/s read\n", threads, flops / 1e9, bytes / 1e9);
}

int main(int count, char **arguments) {
  int threads = count > 1 ? atoi(arguments[1]) : 2;
  if (threads < 1 || threads > MAX_THREADS) {
    fprintf(stderr, "peak: THREADS must be 1 to %d, not %s\n", MAX_THREADS, arguments[1]);
    return 1;
  }
  memory = aligned_alloc(4096, FLOATS * sizeof(float));
  if (memory == NULL) {
    fprintf(stderr, "peak: not enough memory: %ld MB are needed\n", FLOATS * 4 >> 20);
    return 1;
  }
  for (long i = 0; i < FLOATS; i++) memory[i] = 1;
  measure(1);
  if (threads > 1) measure(threads);
  free(memory);
  return 0;
}
