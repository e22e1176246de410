"""Makes the .pth files beside it: python make_torch_files.py (PyTorch 2.13). The numbers are those of
the index, so that a test can tell what each element must be."""
import collections
import os
import zipfile

import torch

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


def count(*shape, dtype=torch.float32, start=0):
    n = 1
    for size in shape:
        n *= size
    return torch.arange(start, start + n, dtype=torch.float32).reshape(shape).to(dtype)


flat = count(24)
weights = collections.OrderedDict()
weights["plain"] = count(2, 3)
weights["transposed"] = count(2, 3).t()
weights["channels_last"] = count(2, 3, 2, 2).to(memory_format=torch.channels_last)
weights["part"] = flat[4:10].view(2, 3)
weights["every_second"] = flat[1::2]
weights["expanded"] = torch.tensor([[7.0], [8.0]]).expand(2, 3)
weights["parameter"] = torch.nn.Parameter(count(4))
weights["empty"] = torch.zeros(0, 3)
weights["scalar"] = torch.tensor(5)
for dtype in ["float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"]:
    weights[dtype] = count(3, dtype=getattr(torch, dtype))
weights["uint16"] = torch.tensor([1, 65535], dtype=torch.uint16)
torch.save(weights, path("weights.pth"))
torch.save(weights, path("protocol4.pth"), pickle_protocol=4)
del weights["uint16"]
torch.save(weights, path("legacy.pth"), _use_new_zipfile_serialization=False)

# The same, deflated by somebody's zip program.
with zipfile.ZipFile(path("weights.pth")) as stored, zipfile.ZipFile(
    path("deflated.pth"), "w", zipfile.ZIP_DEFLATED
) as deflated:
    for name in stored.namelist():
        deflated.writestr(zipfile.ZipInfo(name), stored.read(name), zipfile.ZIP_DEFLATED)

torch.manual_seed(1)
network = torch.nn.Sequential(
    torch.nn.Conv2d(1, 2, 3, bias=False), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)
)
optimizer = torch.optim.AdamW(network.parameters())
network(torch.randn(4, 1, 4, 4)).sum().backward()
optimizer.step()
torch.save(
    {
        "epoch": 3,
        "arch": "tiny",
        "loss": 0.5,
        "best": None,
        "model": torch.nn.DataParallel(network).state_dict(),
        "optimizer": optimizer.state_dict(),
        "milestones": collections.Counter([3, 5]),
        "shapes": [torch.Size([1, 2]), (3, "x"), {4, 5}, b"bytes", torch.float32],
    },
    path("checkpoint.pth"),
)
torch.save(network, path("whole_module.pth"))
