"""Trains resnet20 on clipart32 in PyTorch by the recipe of `bramante train resnet20`.

    python clipart.py ../../bramante-nn/src/main/resources/dev/bramante/data/image/clipart32/clipart32.zip SEED...

Prints the test accuracy with the weights of the epoch that is best on the held-out tenth, and with
the last weights, for each seed.
"""

import copy
import io
import sys
import zipfile

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

BATCH, EPOCHS, RATE, DECAY, SMOOTHING, SHIFT = 32, 40, 0.05, 5e-4, 0.1, 4
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


class Block(nn.Module):
    """Two 3×3 convolutions and a shortcut without parameters (He et al. 2015, option A)."""

    def __init__(self, before, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.stride, self.more = stride, width - before

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.more:
            half = self.more // 2
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, half, self.more - half))
        return F.relu(x + y)


def resnet20(classes):
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    before = 16
    for width in (16, 32, 64):
        for i in range(3):
            layers.append(Block(before, width, 2 if width > 16 and i == 0 else 1))
            before = width
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return network


def read(path):
    archive = zipfile.ZipFile(path)
    names = sorted(name for name in archive.namelist() if name.endswith(".png"))
    classes = sorted({name.split("/")[1] for name in names})
    parts = {}
    for part in ("train", "test"):
        members = [name for name in names if name.startswith(part + "/")]
        images = [
            np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in members
        ]
        x = torch.tensor(np.stack(images)).permute(0, 3, 1, 2).float() / 255
        parts[part] = x, torch.tensor([classes.index(name.split("/")[1]) for name in members])
    return parts, len(classes)


def augmented(x):
    padded = F.pad(x, (SHIFT,) * 4)
    moved = torch.empty_like(x)
    for i in range(len(x)):
        top, left = torch.randint(0, 2 * SHIFT + 1, (2,)).tolist()
        crop = padded[i, :, top : top + 32, left : left + 32]
        moved[i] = crop.flip(2) if torch.rand(()) < 0.5 else crop
    return moved


def accuracy(network, x, y):
    network.eval()
    with torch.no_grad():
        guesses = network((x - MEAN) / DEVIATION).argmax(1)
    network.train()
    return (guesses == y).float().mean().item()


def run(parts, classes, seed):
    torch.manual_seed(seed)
    x, y = parts["train"]
    order = torch.randperm(len(x))
    held = round(len(x) / 10)
    validation, training = order[:held], order[held:]
    network = resnet20(classes)
    decayed = [p for p in network.parameters() if p.dim() > 1]
    others = [p for p in network.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": DECAY}, {"params": others, "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, RATE, momentum=0.9, nesterov=True)
    steps = len(training) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=EPOCHS * steps, cycle_momentum=False
    )
    best, weights = -1, None
    for _ in range(EPOCHS):
        shuffled = training[torch.randperm(len(training))]
        for step in range(steps):
            rows = shuffled[step * BATCH : (step + 1) * BATCH]
            inputs = (augmented(x[rows]) - MEAN) / DEVIATION
            loss = F.cross_entropy(network(inputs), y[rows], label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        measured = accuracy(network, x[validation], y[validation])
        if measured > best:
            best, weights = measured, copy.deepcopy(network.state_dict())
    last = accuracy(network, *parts["test"])
    network.load_state_dict(weights)
    print(f"seed {seed}: best {accuracy(network, *parts['test']):.4f} last {last:.4f}", flush=True)


if __name__ == "__main__":
    data, count = read(sys.argv[1])
    for number in sys.argv[2:]:
        run(data, count, int(number))
