"""Trains a GPT on Jane Austen's novels in PyTorch by the recipe of `bramante train gpt`.

    ./bramante train gpt --out run
    python novels.py run/tokenizer.json ../../bramante-nn/src/main/resources/dev/bramante/data/text/austen [SEED...]

Takes the tokens that Bramante's tokenizer makes (by Hugging Face's `tokenizers`), the same sizes,
optimizer, schedule and number of steps, and prints the loss on "Persuasion" after each epoch.
"""

import gzip
import math
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

WIDTH, LAYERS, HEADS, LENGTH, BATCH, EPOCHS = 256, 4, 8, 128, 16, 2
RATE, DECAY, WARMUP, CLIP, DROPOUT = 1e-3, 0.1, 100, 1.0, 0.1
TRAINING = ["emma", "mansfield-park", "northanger-abbey", "pride-and-prejudice", "sense-and-sensibility"]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.fc, self.proj = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x):
        n, t, _ = x.shape
        q, k, v = self.qkv(self.ln1(x)).view(n, t, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(
            q, k, v, is_causal=True, dropout_p=DROPOUT if self.training else 0.0
        )
        x = x + F.dropout(self.out(y.transpose(1, 2).reshape(n, t, WIDTH)), DROPOUT, self.training)
        y = self.proj(F.gelu(self.fc(self.ln2(x)), approximate="tanh"))
        return x + F.dropout(y, DROPOUT, self.training)


class Gpt(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(words, WIDTH), nn.Embedding(LENGTH, WIDTH)
        self.blocks, self.norm = nn.ModuleList(Block() for _ in range(LAYERS)), nn.LayerNorm(WIDTH)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                scale = 1 / math.sqrt(2 * LAYERS) if name.endswith(("out.weight", "proj.weight")) else 1
                nn.init.normal_(parameter, std=0.02 * scale)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids):
        x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
        x = F.dropout(x, DROPOUT, self.training)
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.tokens.weight)


def read(tokenizer, folder, names):
    end = tokenizer.token_to_id("<|endoftext|>")
    ends = [] if end is None else [end]
    ids = []
    for name in names:
        text = gzip.open(folder / f"{name}.txt.gz", "rt", encoding="utf-8").read()
        ids += tokenizer.encode(text, add_special_tokens=False).ids + ends
    return torch.tensor(ids)


def loss(network, x, y):
    logits = network(x)
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), y.reshape(-1), ignore_index=-1)


@torch.no_grad()
def measure(network, ids):
    network.eval()
    targets = len(ids) - 1
    rows = math.ceil(targets / LENGTH)
    x, y = torch.zeros(rows * LENGTH, dtype=torch.long), torch.full((rows * LENGTH,), -1)
    x[:targets], y[:targets] = ids[:-1], ids[1:]
    x, y = x.view(rows, LENGTH), y.view(rows, LENGTH)
    total = 0.0
    for i in range(0, rows, BATCH):
        part = y[i : i + BATCH]
        total += loss(network, x[i : i + BATCH], part).item() * (part >= 0).sum().item()
    network.train()
    return total / targets


def train(words, training, validation, seed):
    torch.manual_seed(seed)
    network = Gpt(words)
    matrices = [p for p in network.parameters() if p.dim() >= 2]
    rest = [p for p in network.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": DECAY}, {"params": rest, "weight_decay": 0.0}], lr=RATE
    )
    windows = (len(training) - 1) // LENGTH - 1
    steps = windows // BATCH * EPOCHS
    step = 0
    for epoch in range(EPOCHS):
        offset = torch.randint(0, LENGTH, ()).item()
        order = torch.randperm(windows)
        for i in range(windows // BATCH):
            starts = offset + order[i * BATCH : (i + 1) * BATCH] * LENGTH
            at = starts[:, None] + torch.arange(LENGTH + 1)
            batch = training[at]
            rate = RATE * (1 + math.cos(math.pi * step / steps)) / 2
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, (step + 1) / WARMUP)
            optimizer.zero_grad()
            loss(network, batch[:, :-1], batch[:, 1:]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), CLIP)
            optimizer.step()
            step += 1
        print(f"seed {seed} epoch {epoch + 1} of {EPOCHS}, step {step}: loss {measure(network, validation):.4f}", flush=True)


def main():
    torch.set_num_threads(2)
    tokenizer = Tokenizer.from_file(sys.argv[1])
    folder = Path(sys.argv[2])
    training = read(tokenizer, folder, TRAINING)
    validation = read(tokenizer, folder, ["persuasion"])
    print(f"{len(training):,} tokens to learn from, {len(validation):,} to choose by", flush=True)
    for seed in [int(text) for text in sys.argv[3:]] or [1]:
        train(tokenizer.get_vocab_size(), training, validation, seed)


if __name__ == "__main__":
    main()
