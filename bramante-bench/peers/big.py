"""The large networks of the comparison: torchvision's, and transformers' GPT-2, as they come.

Their weights are random (the time of a call doesn't depend on them); that Bramante computes the
same as these classes is what `./bramante parity` shows.
"""

import re
from dataclasses import dataclass

VISION = {"vitb16": "vit_b_16"}
"""Networks that are called otherwise in torchvision."""


@dataclass(frozen=True)
class BigCase:
    """A case by name: `resnet50-train-16`, `gpt2-train-4x256`, `seq2seq-train-16x32`."""

    network: str
    task: str
    batch: int
    length: int = 0

    @property
    def training(self):
        """Whether a call is a training step."""
        return self.task == "train"

    @property
    def image(self):
        """Whether the network reads images."""
        return self.network not in ("gpt2", "seq2seq")


def parse(name):
    """The case of a name, or None."""
    found = re.fullmatch(r"(\w+)-(train|infer)-(\d+)(?:x(\d+))?", name)
    if found:
        return BigCase(found[1], found[2], int(found[3]), int(found[4] or 0))
    found = re.fullmatch(r"gpt2-prefill-(\d+)", name)
    if found:
        return BigCase("gpt2", "prefill", 1, int(found[1]))
    if name == "gpt2-decode":
        return BigCase("gpt2", "decode", 1, 256)
    return None


def model(case):
    """The network of a case with random weights."""
    if case.network == "gpt2":
        import transformers

        config = transformers.GPT2Config(resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0)
        return transformers.GPT2LMHeadModel(config)
    if case.network == "seq2seq":
        return seq2seq()
    import torchvision

    return torchvision.models.get_model(VISION.get(case.network, case.network), weights=None)


def seq2seq():
    """Transformer base with one embedding of 37,000 words for source, target and output."""
    import math

    import torch
    from torch import nn

    class Seq2Seq(nn.Module):
        def __init__(self, width=512, words=37000):
            super().__init__()
            self.embed = nn.Embedding(words, width)
            self.transformer = nn.Transformer(
                width, 8, 6, 6, 2048, dropout=0.0, batch_first=True, norm_first=True
            )
            position = torch.arange(512).unsqueeze(1)
            rate = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
            table = torch.zeros(512, width)
            table[:, 0::2] = torch.sin(position * rate)
            table[:, 1::2] = torch.cos(position * rate)
            self.register_buffer("positions", table)
            self.scale = math.sqrt(width)

        def forward(self, source, target):
            mask = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
            source, target = (
                self.embed(ids) * self.scale + self.positions[: ids.shape[1]]
                for ids in (source, target)
            )
            hidden = self.transformer(source, target, tgt_mask=mask, tgt_is_causal=True)
            return hidden @ self.embed.weight.T

    return Seq2Seq()


def setup(case, form, compiled, fused, half):
    """A function that does one call of the case."""
    import torch

    torch.manual_seed(1)
    network = model(case)
    network.train(case.training)
    if case.image:
        network = network.to(memory_format=form)
    run = torch.compile(network) if compiled else network
    cast = torch.autocast("cpu", torch.bfloat16, enabled=half)
    if case.task == "decode":
        return decode(run, case, cast)
    inputs, target = batch(case, form)
    if not case.training:

        def call():
            with torch.inference_mode(), cast:
                return run(*inputs)

        return call
    optimizer = optimizer_of(case, network, fused)

    def step():
        with cast:
            logits = run(*inputs)
            logits = logits if isinstance(logits, torch.Tensor) else logits.logits
            loss = torch.nn.functional.cross_entropy(
                logits.reshape(-1, logits.shape[-1]).float(), target
            )
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()

    return step


def batch(case, form):
    """Inputs and targets of a case."""
    import torch

    if case.image:
        images = torch.randn(case.batch, 3, 224, 224).to(memory_format=form)
        return (images,), torch.arange(case.batch)
    words = 50257 if case.network == "gpt2" else 37000
    ids = torch.randint(words, (case.batch, case.length))
    target = torch.randint(words, (case.batch * case.length,))
    return ((ids,) if case.network == "gpt2" else (ids, ids.flip(0))), target


def optimizer_of(case, network, fused):
    """SGD with momentum and weight decay for convolutions, AdamW for attention."""
    import torch

    fused = fused or None
    if case.network in ("gpt2", "seq2seq", "vitb16"):
        return torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=0.1, fused=fused)
    return torch.optim.SGD(
        network.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4, fused=fused
    )


def decode(network, case, cast):
    """One token after another with a key-value cache, begun anew after as many more."""
    import torch

    state = {}

    def call():
        with torch.inference_mode(), cast:
            if state.get("left", 0) == 0:
                ids = torch.randint(50257, (1, case.length))
                state["cache"] = network(ids, use_cache=True).past_key_values
                state["left"] = 64
            state["left"] -= 1
            token = torch.tensor([[7]])
            out = network(token, past_key_values=state["cache"], use_cache=True)
            state["cache"] = out.past_key_values
            return out

    return call
