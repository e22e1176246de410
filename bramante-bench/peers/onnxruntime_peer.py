"""Times ONNX Runtime on large networks: python onnxruntime_peer.py CASE... [--threads N] [--rss].

Exports the network (see big.py) to a file with PyTorch in a process of its own, then runs it with
all optimizations. Prints CASE  onnxruntime  MILLISECONDS ms  RATE /s.
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

import numpy as np


def main():
    """Reads the command line."""
    parser = argparse.ArgumentParser(description="Times ONNX Runtime on Bramante's bench cases.")
    parser.add_argument("cases", nargs="+", metavar="CASE")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--models", type=Path, help="where exported files are kept")
    parser.add_argument("--rss", action="store_true")
    parser.add_argument("--export", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.export:
        export(options.cases[0], options.models)
    elif options.inside:
        measure(options.cases[0], options)
    else:
        with tempfile.TemporaryDirectory() as folder:
            for case in options.cases:
                run(case, options, options.models or Path(folder))


def run(case, options, folder):
    """One case in a process of its own."""
    command = [sys.executable, __file__, case, "--models", str(folder)]
    if not file_of(case, folder).exists():
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"PYTHONWARNINGS": "ignore"}}
        subprocess.run([*command, "--export"], check=True, **quiet)
    command += ["--inside", "--threads", str(options.threads), "--seconds", str(options.seconds)]
    subprocess.run(command + (["--rss"] if options.rss else []), check=True)


def file_of(case, folder):
    """The file of a case's network, for its batch."""
    return folder / f"{case}.onnx"


def export(name, folder):
    """Writes the network of a case for a fixed batch."""
    import torch

    import big

    case = big.parse(name)
    if not case or not case.image or case.training:
        sys.exit(f"{name}: not an inference case of a network for images")
    torch.manual_seed(1)
    folder.mkdir(parents=True, exist_ok=True)
    inputs, _ = big.batch(case, torch.contiguous_format)
    torch.onnx.export(
        big.model(case).eval(),
        inputs,
        str(file_of(name, folder)),
        input_names=["input"],
        dynamo=False,
        opset_version=17,
    )


def measure(name, options):
    """Times the exported file."""
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(str(file_of(name, options.models)), settings)
    shape = session.get_inputs()[0].shape
    images = np.random.default_rng(1).standard_normal(shape, dtype=np.float32)
    end = time.perf_counter() + options.seconds / 4
    while time.perf_counter() < end:
        session.run(None, {"input": images})
    times = []
    end = time.perf_counter() + options.seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        session.run(None, {"input": images})
        times.append(time.perf_counter() - start)
    best = 1000 * statistics.median(times)
    line = f"{name}  onnxruntime  {best:.4f} ms  {shape[0] * 1000 / best:.1f} /s"
    line += f"  ({options.threads} threads, {onnxruntime.__version__})"
    if options.rss:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        line += "  " + str(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024) + " MB"
    print(line, flush=True)


if __name__ == "__main__":
    main()
