"""Trains a Transformer on Bible verses in PyTorch by the recipe of `bramante train transformer`.

    ./bramante train transformer --out run
    python translation.py run/tokenizer.json ../../bramante-nn/src/main/resources/dev/bramante/data/text/bible-en-es

Takes the tokens that Bramante's tokenizer makes (by Hugging Face's `tokenizers`), the same sizes,
initial weights of the same distributions, batches of the same lengths, optimizer, schedule, average
and number of steps. Prints the loss on the validation pairs after each epoch and, of the averaged
weights with the best, the test loss and the BLEU of greedy translations by sacrebleu.
"""

import argparse
import copy
import gzip
import math
import time
from pathlib import Path

import sacrebleu
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

WIDTH, LAYERS, HEADS, HIDDEN, DROPOUT, LENGTH = 128, 3, 4, 512, 0.2, 64
BATCH, EPOCHS, SMOOTHING, FACTOR, WARMUP, AVERAGE = 32, 12, 0.1, 1.0, 1000, 0.99
PAD, BEGIN, END = 0, 1, 2
SHAPES = 5


class Translator(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embed = nn.Embedding(words, WIDTH)
        self.transformer = nn.Transformer(
            WIDTH, HEADS, LAYERS, LAYERS, HIDDEN, DROPOUT, batch_first=True, norm_first=True
        )
        self.dropout = nn.Dropout(DROPOUT)
        for name, parameter in self.transformer.named_parameters():
            if name.endswith(("in_proj_weight", "linear1.weight", "linear2.weight")):
                nn.init.xavier_uniform_(parameter)
            elif name.endswith("out_proj.weight"):
                nn.init.uniform_(parameter, -1 / math.sqrt(WIDTH), 1 / math.sqrt(WIDTH))
            elif name.endswith(("in_proj_bias", "out_proj.bias")):
                nn.init.zeros_(parameter)
        nn.init.normal_(self.embed.weight, std=WIDTH**-0.5)
        places = torch.arange(2 * LENGTH + 32)[:, None]
        angles = places / 10_000 ** (torch.arange(0, WIDTH, 2) / WIDTH)
        table = torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(len(places), WIDTH)
        self.register_buffer("positions", table)

    def embedded(self, ids):
        return self.dropout(self.embed(ids) * math.sqrt(WIDTH) + self.positions[: ids.shape[1]])

    def encode(self, source):
        return self.transformer.encoder(self.embedded(source), src_key_padding_mask=source == PAD)

    def decode(self, memory, source, target):
        mask = nn.Transformer.generate_square_subsequent_mask(target.shape[1])
        x = self.transformer.decoder(
            self.embedded(target),
            memory,
            tgt_mask=mask,
            tgt_is_causal=True,
            memory_key_padding_mask=source == PAD,
        )
        return F.linear(x, self.embed.weight)

    def forward(self, source, target):
        return self.decode(self.encode(source), source, target)


def read(tokenizer, file):
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [line.rstrip("\n").split("\t") for line in lines]
    ids = [[tokenizer.encode(t.strip(), add_special_tokens=False).ids for t in pair] for pair in texts]
    kept = [i for i, pair in enumerate(ids) if length(pair) <= LENGTH]
    return [texts[i] for i in kept], [ids[i] for i in kept]


def length(pair):
    return max(len(side) for side in pair) + 1


def limits(pairs):
    lengths = sorted(length(pair) for pair in pairs)
    quantiles = [lengths[math.ceil(len(lengths) * k / SHAPES) - 1] for k in range(1, SHAPES + 1)]
    return sorted({min(LENGTH, math.ceil(q / 8) * 8) for q in quantiles})


def epoch(pairs, generator):
    """Batches of similar lengths; what doesn't fill one goes with the next longer ones."""
    steps = limits(pairs)
    order = torch.randperm(len(pairs), generator=generator).tolist()
    batches, left = [], []
    for k, limit in enumerate(steps):
        low = steps[k - 1] if k else 0
        pool = left + [i for i in order if low < length(pairs[i]) <= limit]
        whole = len(pool) // BATCH * BATCH
        batches += [(limit, pool[i : i + BATCH]) for i in range(0, whole, BATCH)]
        left = pool[whole:]
    return [batches[i] for i in torch.randperm(len(batches), generator=generator).tolist()]


def filled(pairs, limit):
    source = torch.full((len(pairs), limit), PAD)
    before = torch.full((len(pairs), limit), PAD)
    after = torch.full((len(pairs), limit), -1)
    for row, (x, y) in enumerate(pairs):
        source[row, : len(x) + 1] = torch.tensor(x + [END])
        before[row, : len(y) + 1] = torch.tensor([BEGIN] + y)
        after[row, : len(y) + 1] = torch.tensor(y + [END])
    return source, before, after


def loss(network, batch, smoothing):
    source, before, after = batch
    logits = network(source, before)
    return F.cross_entropy(
        logits.flatten(0, 1), after.flatten(), ignore_index=-1, label_smoothing=smoothing
    )


@torch.no_grad()
def measure(network, pairs):
    total = count = 0
    ordered = sorted(pairs, key=length)
    for i in range(0, len(ordered), BATCH):
        some = ordered[i : i + BATCH]
        batch = filled(some, length(some[-1]))
        targets = (batch[2] >= 0).sum().item()
        total += loss(network, batch, 0).item() * targets
        count += targets
    return total / count


@torch.no_grad()
def translated(network, tokenizer, pairs):
    results = []
    for i in range(0, len(pairs), BATCH):
        some = pairs[i : i + BATCH]
        source = filled([(x, []) for x, _ in some], max(len(x) for x, _ in some) + 1)[0]
        memory = network.encode(source)
        target = torch.full((len(some), 1), BEGIN)
        ended = torch.zeros(len(some), dtype=torch.bool)
        while not ended.all() and target.shape[1] < 2 * source.shape[1] + 16:
            last = network.decode(memory, source, target)[:, -1].argmax(-1)
            target = torch.cat([target, last[:, None]], dim=1)
            ended |= last == END
        for row in target.tolist():
            ids = row[1:]
            results.append(tokenizer.decode(ids[: ids.index(END)] if END in ids else ids))
    return results


def train(options, tokenizer, training, validation):
    torch.manual_seed(options.seed)
    generator = torch.Generator().manual_seed(options.seed)
    network = Translator(tokenizer.get_vocab_size())
    print(f"{sum(p.numel() for p in network.parameters()):,} parameters", flush=True)
    average = copy.deepcopy(network).eval()
    optimizer = torch.optim.Adam(network.parameters(), betas=(0.9, 0.98), eps=1e-9)
    best, chosen, step, begun = math.inf, None, 0, time.time()
    for number in range(options.epochs):
        network.train()
        for limit, some in epoch(training, generator):
            t = step + 1
            rate = FACTOR * WIDTH**-0.5 * min(t**-0.5, t * WARMUP**-1.5)
            for group in optimizer.param_groups:
                group["lr"] = rate
            optimizer.zero_grad()
            loss(network, filled([training[i] for i in some], limit), SMOOTHING).backward()
            optimizer.step()
            step += 1
            with torch.no_grad():
                for kept, now in zip(average.parameters(), network.parameters()):
                    kept.lerp_(now, 1 - AVERAGE)
            if step == options.steps:
                break
        validated = measure(average, validation)
        print(f"epoch {number + 1}, step {step}: loss {validated:.4f}, {time.time() - begun:.0f} s", flush=True)
        if validated < best:
            best, chosen = validated, copy.deepcopy(average)
        if step == options.steps:
            break
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tokenizer")
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--steps", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(options.tokenizer)
    _, training = read(tokenizer, options.data / "train.tsv.gz")
    _, validation = read(tokenizer, options.data / "valid.tsv.gz")
    texts, test = read(tokenizer, options.data / "test.tsv.gz")
    network = train(options, tokenizer, training, validation)
    found = translated(network, tokenizer, test)
    bleu = sacrebleu.corpus_bleu(found, [[target for _, target in texts]])
    print(f"test: loss {measure(network, test):.4f}, BLEU {bleu.score:.2f}", flush=True)


if __name__ == "__main__":
    main()
