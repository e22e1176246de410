"""Reference values for `./bramante parity`: what one of torchvision's networks computes.

    python3 reference.py resnet101 resnet101.json --image 96 --batch 2 --steps 3

Weights and input are filled by a rule (dev.bramante.parity.Fill has the same), in double precision,
and rounded to float32; logits, loss, gradients and the losses of a few steps are then computed in
double precision. The same in float32 is the yardstick.
"""

import argparse
import json
import math

import numpy as np
import torch
import torchvision

MASK = (1 << 64) - 1


def key(name):
    """FNV-1a of the name."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK
    return np.uint64(h)


def uniform(name, count):
    """Numbers in [-1, 1), by SplitMix."""
    with np.errstate(over="ignore"):
        z = key(name) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1


def filled(name, shape):
    count = math.prod(shape)
    u = uniform(name, count)
    if name.endswith("running_var"):
        u = 1 + 0.5 * np.abs(u)
    elif len(shape) >= 2 and (name.endswith("weight") or name.endswith("in_proj_weight")):
        u *= math.sqrt(3 / (count // shape[0]))
    elif len(shape) >= 2:
        u *= 0.02 * math.sqrt(3)
    elif name.endswith("weight"):
        u = 1 + 0.1 * u
    else:
        u *= 0.1
    return torch.from_numpy(u.astype(np.float32).reshape(shape))


def summary(tensor):
    flat = tensor.detach().double().reshape(-1)
    count = flat.numel()
    at = sorted({min(i * count // 8, count - 1) for i in range(9)})
    return {
        "norm": float(flat.norm()),
        "sum": float(flat.sum()),
        "at": at,
        "values": [float(flat[i]) for i in at],
    }


def without_dropout(net):
    for module in net.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return net


class Reference:
    def __init__(self, name, image, batch):
        self.net = without_dropout(getattr(torchvision.models, name)(weights=None))
        state = self.net.state_dict()
        self.shapes = {
            name: list(value.shape)
            for name, value in state.items()
            if not name.endswith("num_batches_tracked")
        }
        self.start = {name: filled(name, shape) for name, shape in self.shapes.items()}
        shape = [batch, 3, image, image]
        self.x = torch.from_numpy(uniform("input", math.prod(shape)).reshape(shape))
        self.target = torch.arange(10, 10 + batch)

    def reset(self, dtype):
        self.net.to(dtype)
        self.net.load_state_dict(self.start, strict=False)

    def logits(self, dtype):
        self.reset(dtype)
        self.net.eval()
        with torch.no_grad():
            return self.net(self.x.to(dtype)).double()

    def loss(self, dtype):
        logits = self.net(self.x.to(dtype))
        return torch.nn.functional.cross_entropy(logits, self.target)

    def gradients(self):
        self.reset(torch.float64)
        self.net.train()
        self.net.zero_grad()
        loss = self.loss(torch.float64)
        loss.backward()
        return loss.item(), {n: summary(p.grad) for n, p in self.net.named_parameters()}

    def losses(self, dtype, optimizer, steps):
        self.reset(dtype)
        self.net.train()
        moving = optimizer(self.net.parameters())
        losses = []
        for step in range(steps):
            moving.zero_grad()
            loss = self.loss(dtype)
            losses.append(loss.item())
            if step < steps - 1:
                loss.backward()
                moving.step()
        return losses


def sgd(parameters):
    return torch.optim.SGD(parameters, 0.01, 0.9, weight_decay=1e-4)


def adamw(parameters):
    return torch.optim.AdamW(parameters, 1e-4, (0.9, 0.95), 1e-8, 0.1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("network")
    parser.add_argument("file")
    parser.add_argument("--image", type=int, default=96)
    parser.add_argument("--batch", type=int, default=2)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    reference = Reference(options.network, options.image, options.batch)
    logits = reference.logits(torch.float64)
    error = (reference.logits(torch.float32) - logits).abs().max()
    loss, gradients = reference.gradients()
    values = {
        "name": options.network,
        "config": {"arch": options.network, "classes": logits.shape[1]},
        "parameters": sum(p.numel() for p in reference.net.parameters()),
        "tensors": reference.shapes,
        "inputs": [{"shape": list(reference.x.shape)}],
        "target": reference.target.tolist(),
        "logits_shape": list(logits.shape),
        "eval_logits": logits.reshape(-1).tolist(),
        "eval_scale": float(logits.abs().max()),
        "torch_float32_eval_error": float(error),
        "train_loss": loss,
        "grads": gradients,
    }
    for name, optimizer in {"sgd": sgd, "adamw": adamw}.items():
        exact = reference.losses(torch.float64, optimizer, options.steps)
        single = reference.losses(torch.float32, optimizer, options.steps)
        values["losses_" + name] = exact
        values["torch_float32_losses_" + name] = single
    with open(options.file, "w", encoding="utf-8") as file:
        json.dump(values, file)


if __name__ == "__main__":
    main()
