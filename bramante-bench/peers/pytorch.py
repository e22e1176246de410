"""Times PyTorch on Bramante's bench cases: python pytorch.py CASE... [--mode MODE] [--rss].

Each case runs in a process of its own, whose environment depends on the mode (see README.md).
Prints one line per case and mode: CASE  MODE  MILLISECONDS ms  RATE /s  (what was fastest).
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODES = ("stock", "tuned", "compile", "bf16", "expert")

TUNED = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "20000000000",
    "OMP_PROC_BIND": "true",
    "OMP_PLACES": "cores",
}


def main():
    """Reads the command line and starts a process for each case and mode."""
    parser = argparse.ArgumentParser(description="Times PyTorch on Bramante's bench cases.")
    parser.add_argument("cases", nargs="+", metavar="CASE")
    parser.add_argument("--mode", choices=(*MODES, "all"), default="all")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4, help="time for each variant")
    parser.add_argument("--rss", action="store_true", help="also print the peak resident memory")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.cases[0], options)
        return
    with tempfile.TemporaryDirectory() as folder:
        for case in options.cases:
            for mode in modes(case, options.mode):
                command = [sys.executable, __file__, case, "--inside", "--mode", mode]
                command += ["--threads", str(options.threads), "--seconds", str(options.seconds)]
                command += ["--rss"] if options.rss else []
                finished = subprocess.run(command, env=environment(mode, options.threads, folder))
                if finished.returncode != 0:  # it has said why
                    sys.exit(finished.returncode)


def modes(case, mode):
    """The modes to measure: what each kind of case has a use for."""
    if mode != "all":
        return (mode,)
    if case.startswith("matmul"):
        return ("stock", "tuned")
    import big

    return MODES[:4] if big.parse(case) else tuple(m for m in MODES if m != "bf16")


def environment(mode, threads, folder):
    """The environment of one measurement: a user's, or an expert's."""
    foreign = ("MALLOC_", "OMP_", "MKL_", "KMP_", "LD_PRELOAD")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    clean["OMP_NUM_THREADS"] = str(threads)
    if mode in ("tuned", "bf16", "expert"):
        return clean | TUNED | {"LD_PRELOAD": str(intel_library(Path(folder)))}
    return clean


def intel_library(folder):
    """Compiles the library that makes MKL choose its AVX-512 kernels on any processor."""
    library = folder / "libintel.so"
    if not library.exists():
        source = "int mkl_serv_intel_cpu_true(void) { return 1; }"
        command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)]
        subprocess.run(command, input=source, text=True, check=True)
    return library


def measure(case, options):
    """Times every variant of a case that the mode allows, and prints the fastest."""
    import torch

    torch.set_num_threads(options.threads)
    product = re.fullmatch(r"matmul-(\d+)(?:x(\d+)x(\d+))?", case)
    if product:
        m, k, n = (int(size or product[1]) for size in product.groups())
        variants, items = matmul_variants(m, k, n), 1
    else:
        variants, items = network_variants(case, options.mode)
    best, how = min(
        (milliseconds(make, threads, options.seconds), f"{name}, {threads} threads")
        for name, make in variants.items()
        for threads in thread_counts(options)
    )
    line = f"{case}  {options.mode}  {best:.4f} ms  {items * 1000 / best:.1f} /s  ({how})"
    if product:
        line += f"  {2e-6 * m * k * n / best:.1f} GFLOP/s"
    if options.rss:
        line += f"  {peak_megabytes()} MB"
    print(line, flush=True)


def thread_counts(options):
    """Threads to try: an expert also asks whether the second thread helps at all."""
    return sorted({1, options.threads}) if options.mode == "expert" else [options.threads]


def milliseconds(make, threads, seconds):
    """The median time of a call in milliseconds, over repetitions of about 50 ms each."""
    import torch

    torch.set_num_threads(threads)
    call = make()
    warm_until = time.perf_counter() + seconds / 4
    calls = 0
    while calls < 5 or time.perf_counter() < warm_until:
        start = time.perf_counter()
        call()
        last = time.perf_counter() - start
        calls += 1
    count = max(1, int(0.05 / last))
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(count):
            call()
        times.append((time.perf_counter() - start) / count)
    return 1000 * statistics.median(times)


def matmul_variants(m, k, n):
    """C = A·B in row-major order, into a result that is reused or new."""
    import torch

    a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    return {"new result": lambda: lambda: a @ b, "out=": lambda: lambda: torch.mm(a, b, out=c)}


def network_variants(name, mode):
    """The variants of a network's case by name, each a function that sets it up afresh."""
    import torch

    import networks

    import big

    case = networks.CASES.get(name) or big.parse(name)
    if not case:
        sys.exit(f"{name}: no such case; see README.md")
    layouts = {"contiguous": torch.contiguous_format}
    if case.network == "lenet" or isinstance(case, big.BigCase) and case.image:
        layouts["channels_last"] = torch.channels_last
    variants = {}
    for compiled in {"compile": [True], "expert": [False, True]}.get(mode, [False]):
        for layout, form in layouts.items():
            for fused in [False, True] if mode == "expert" and case.training else [False]:
                words = [layout, *["compiled"] * compiled, *["fused SGD"] * fused]
                if isinstance(case, big.BigCase):
                    half = mode == "bf16"
                    variants[" ".join(words)] = big_setup_of(case, form, compiled, fused, half)
                    continue
                setup = training if case.training else inference
                variants[" ".join(words)] = setup_of(setup, case, form, compiled, fused)
    return variants, case.batch


def setup_of(setup, case, form, compiled, fused):
    """Binds one variant's choices."""
    return lambda: setup(case, form, compiled, fused)


def big_setup_of(case, form, compiled, fused, half):
    """Binds one variant's choices for a large network."""
    import big

    return lambda: big.setup(case, form, compiled, fused, half)


def network(case, form):
    """A network with its weights and a batch, checked against the reference logits."""
    import torch

    import networks

    model = build(case.network)
    weights = networks.weights(case.network)
    model.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    batch = torch.from_numpy(networks.inputs(case.network, case.batch))
    if case.network == "lenet":
        model, batch = model.to(memory_format=form), batch.to(memory_format=form)
    with torch.inference_mode():
        networks.check(case.network, model(batch)[0].numpy())
    return model, batch


def build(name):
    """Figure 5.1's multi-layer perceptron, or figure 5.2's LeNet."""
    from torch import nn

    if name == "mlp":
        return nn.Sequential(
            nn.Linear(50, 25), nn.ReLU(), nn.Linear(25, 10), nn.ReLU(), nn.Linear(10, 2)
        )
    return nn.Sequential(
        nn.Conv2d(1, 32, 5),
        nn.MaxPool2d(3),
        nn.ReLU(),
        nn.Conv2d(32, 64, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, 200),
        nn.ReLU(),
        nn.Linear(200, 10),
    )


def training(case, form, compiled, fused):
    """One step: forward, cross-entropy, backward, SGD with momentum and weight decay."""
    import torch

    import networks

    model, batch = network(case, form)
    target = torch.from_numpy(networks.targets(case.network, case.batch))
    run = torch.compile(model) if compiled else model
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4, fused=fused or None
    )

    def step():
        loss = torch.nn.functional.cross_entropy(run(batch), target)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def inference(case, form, compiled, fused):
    """The logits of one batch in inference mode."""
    import torch

    del fused  # there is no optimizer
    model, batch = network(case, form)
    model.eval()
    run = torch.compile(model) if compiled else model

    def logits():
        with torch.inference_mode():
            return run(batch)

    return logits


def peak_megabytes():
    """The peak resident memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


if __name__ == "__main__":
    main()
