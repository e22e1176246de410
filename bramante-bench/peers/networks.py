"""The two small networks of the comparison, their weights and what they must answer.

The weights come from a rule rather than from a file: element i of the tensor called k is made from
a SplitMix64 value seeded with the FNV-1a hash of k, as in the project's parity references. So
every peer computes the same function, and a peer that answers something else is not timed.
"""

from dataclasses import dataclass

import numpy as np

SHAPES = {
    "mlp": {
        "0.weight": (25, 50),
        "0.bias": (25,),
        "2.weight": (10, 25),
        "2.bias": (10,),
        "4.weight": (2, 10),
        "4.bias": (2,),
    },
    "lenet": {
        "0.weight": (32, 1, 5, 5),
        "0.bias": (32,),
        "3.weight": (64, 32, 5, 5),
        "3.bias": (64,),
        "7.weight": (200, 256),
        "7.bias": (200,),
        "9.weight": (10, 200),
        "9.bias": (10,),
    },
}

SAMPLE = {"mlp": (50,), "lenet": (1, 28, 28)}

CLASSES = {"mlp": 2, "lenet": 10}

LOGITS = {
    "mlp": [0.07375169153648556, 0.11308503138719173],
    "lenet": [
        -1.3371817458452484,
        -0.08690686229479797,
        0.5428648880257898,
        -0.10762439653954439,
        0.8270259525739972,
        1.2621247803070197,
        1.5137752485473683,
        0.31580719284040315,
        -0.5860980006352788,
        -0.8573560203361846,
    ],
}
"""What PyTorch answers in double precision to the first sample of `inputs`."""


@dataclass(frozen=True)
class Case:
    """A network at work: `mlp-train-32` is the MLP trained on batches of 32."""

    network: str
    training: bool
    batch: int


CASES = {
    "mlp-train-32": Case("mlp", True, 32),
    "mlp-infer-1": Case("mlp", False, 1),
    "lenet-train-64": Case("lenet", True, 64),
    "lenet-infer-1": Case("lenet", False, 1),
}


def uniform(name, count):
    """The first `count` values in [-1, 1) that belong to a tensor's name."""
    mask = (1 << 64) - 1
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & mask
    with np.errstate(over="ignore"):
        steps = np.arange(1, count + 1, dtype=np.uint64)
        z = np.uint64(seed) + steps * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0


def weights(network):
    """Every weight and bias of a network by name, as float32 arrays."""
    return {name: _fill(name, shape) for name, shape in SHAPES[network].items()}


def inputs(network, batch):
    """`batch` samples, the first of which has the answer `LOGITS`."""
    shape = (batch, *SAMPLE[network])
    return uniform("input", int(np.prod(shape))).reshape(shape).astype(np.float32)


def targets(network, batch):
    """A class for every sample of a batch."""
    return np.arange(batch, dtype=np.int64) % CLASSES[network]


def check(network, logits):
    """Refuses a peer whose logits for the first sample are wrong."""
    error = np.abs(np.asarray(logits, dtype=np.float64).reshape(-1) - LOGITS[network]).max()
    if not error < 1e-5:
        raise SystemExit(f"{network}: the logits are off by {error:.2g}; nothing was timed")


def _fill(name, shape):
    values = uniform(name, int(np.prod(shape)))
    if len(shape) == 1:
        scaled = 0.1 * values
    else:
        scaled = values * np.sqrt(3.0 / np.prod(shape[1:]))
    return scaled.reshape(shape).astype(np.float32)
