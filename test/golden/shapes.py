"""Writes model-shapes.json: names and shapes of the state dictionaries of the paper's networks, in PyTorch's order, and
height × width of what each convolution and linear layer gives, for images of four sizes. See README.md.
"""
import json
from pathlib import Path

import torch

from paper_models import build

OUT = Path(__file__).parent / "model-shapes.json"
IMAGES = [[1, 28, 28], [3, 32, 32], [3, 64, 64], [3, 224, 224]]
CASES = [
    {"name": "vgg11"}, {"name": "vgg16"}, {"name": "vgg19"}, {"name": "vgg16", "width": 0.25},
    {"name": "resnet18", "stem": "cifar"}, {"name": "resnet34", "stem": "cifar"}, {"name": "resnet50", "stem": "cifar"},
    {"name": "resnet18", "stem": "imagenet"}, {"name": "resnet34", "stem": "imagenet"},
    {"name": "resnet50", "stem": "imagenet"}, {"name": "resnet50", "stem": "cifar", "width": 0.3},
    {"name": "resnet20"}, {"name": "resnet32"}, {"name": "resnet56"}, {"name": "resnet20", "width": 2},
    {"name": "resnet18-constant", "stem": "cifar", "width": 64},
    {"name": "resnet18-constant", "stem": "cifar", "width": 17},
    {"name": "resnet18-increasing", "stem": "cifar", "width": 24},
    {"name": "resnet18-capped", "stem": "cifar", "width": 192},
]


def positions(model, image):
    """Height × width of the result of every convolution and linear layer, in the order of their registration."""
    found, hooks = {}, []
    for name, module in model.named_modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            keep = lambda module, inputs, output, name=name: found.update({name: output.shape[2:].numel()})
            hooks.append(module.register_forward_hook(keep))
    logits = model(torch.empty(2, *image, device="meta"))
    assert list(logits.shape) == [2, 10]
    for hook in hooks:
        hook.remove()
    return [found[name.removesuffix(".weight")] for name, p in model.named_parameters() if p.dim() > 1]


def main():
    cases = []
    for choice in CASES:
        with torch.device("meta"):
            models = {channels: build(in_channels=channels, **choice) for channels in (1, 3)}
        whole = models[3].state_dict().items()
        state = {name: list(tensor.shape) for name, tensor in whole if not name.endswith("num_batches_tracked")}
        images = [{"image": image, "positions": positions(models[image[0]], image)} for image in IMAGES]
        cases.append({"choice": choice, "state": state, "images": images})
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    OUT.write_text(f"[\n{lines}\n]\n")
    print(f"{len(cases)} networks, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
