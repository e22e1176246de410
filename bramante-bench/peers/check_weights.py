"""Opens weights that Bramante wrote: python check_weights.py FILE [MODEL [CLASSES]]

With a model, a name of torchvision's, they are loaded into it with all names and shapes required.
"""
import sys

import torch


def read(path):
    if path.endswith(".safetensors"):
        from safetensors.torch import load_file

        return load_file(path)
    return torch.load(path, weights_only=True)


def main(path, model=None, classes="1000"):
    weights = read(path)
    print(f"{path}: {len(weights)} tensors, {sum(w.numel() for w in weights.values()):,} numbers")
    if model:
        import torchvision

        network = torchvision.models.get_model(model, num_classes=int(classes))
        print(f"{model}: {network.load_state_dict(weights, strict=True)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
