"""Writes full-width-<case>.json: a training step of VGG-16 and ResNet-18 at their full width, as PyTorch computes it, and
one of a narrow ResNet-50 with the stem for large images.

Weights and masks are made as training.py makes its own, images and labels are Philox words, and none of them is stored:
of each gradient there are its length and its projection on random signs. See README.md.
Usage: python3 full_width.py [case ...]
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import philox
from paper_models import build
from training import MEAN, SGD, STD, digest, initial, train

HERE = Path(__file__).parent
BATCH, LR = 8, 0.001
# A shift of ±2 keeps values away from the kink of ReLU, as in training.py; README.md has the reasons.
START = {"gain": 2, "last": 0.4, "shift": 2}
# Seeds with which no value lies within MARGIN of a kink; found by trying them in turn.
CASES = {
    "vgg16": {"model": {"name": "vgg16"}, "image": (3, 32, 32), "density": 1, "seed": 7},
    "resnet18": {"model": {"name": "resnet18"}, "image": (3, 32, 32), "density": 1, "seed": 29},
    "resnet18-erk": {"model": {"name": "resnet18"}, "image": (3, 32, 32), "density": 0.05, "seed": 24},
    "resnet50-narrow": {"model": {"name": "resnet50", "width": 0.125, "stem": "imagenet"}, "image": (3, 64, 64),
                        "density": 1, "seed": 10},
}
MARGIN = 4e-6


def batch(seed, image):
    """Pixels from the high bytes of the words of stream order, layer 0, and classes from those of layer 1."""
    pixels = philox.random_u32(seed, philox.STREAM["order"], 0, 0, BATCH * int(np.prod(image))) >> 24
    labels = philox.random_u32(seed, philox.STREAM["order"], 1, 0, BATCH) % 10
    return pixels.astype(np.uint8).reshape(BATCH, *image), labels.astype(np.uint8)


def measure(gradient, seed, layer):
    """Length of a gradient, and its projection on a vector of random signs: −1 where a word is below 2^31."""
    flat = gradient.reshape(-1).astype(np.float64)
    words = philox.random_u32(seed, philox.STREAM["augment"], layer, 0, flat.size)
    return float(np.sqrt((flat**2).sum())), float(np.where(words < 2**31, -flat, flat).sum())


def margin(take_step):
    """How near a forward pass comes to a kink: the smallest value before a ReLU, the closest two largest of a pool."""
    smallest, relu, pool = [], F.relu, F.max_pool2d

    def watched_relu(x, inplace=False):
        if torch.is_grad_enabled():
            smallest.append(x.detach().abs().min().item())
        return relu(x)

    def watched_pool(x, kernel, stride=None, padding=0, *rest, **options):
        if torch.is_grad_enabled():
            windows = F.unfold(x.detach().flatten(0, 1).unsqueeze(1), kernel, 1, padding, stride)
            second, first = windows.sort(1).values[:, -2:].unbind(1)
            smallest.append((first - second)[first > 0].min().item())
        return pool(x, kernel, stride, padding, *rest, **options)

    F.relu, F.max_pool2d = watched_relu, watched_pool
    try:
        take_step()
    finally:
        F.relu, F.max_pool2d = relu, pool
    return min(smallest)


def write(case):
    config = {**CASES[case], **START, "make": lambda: build(**CASES[case]["model"])}
    values, masks, described = initial(config["make"](), config)
    seed = config["seed"]
    images, labels = batch(seed, config["image"])
    data = np.stack([images, images]), np.stack([labels, labels])  # the loss after the update is of the same batch
    single, double = (train(config, values, masks, data, LR, dtype) for dtype in (torch.float32, torch.float64))
    nearest = margin(lambda: train(config, values, masks, (data[0][:1], data[1][:1]), LR, torch.float64))
    assert nearest > MARGIN, f"{case}: a value lies {nearest:.1e} from a kink, try another seed"
    for layer, entry in enumerate(described):
        name = entry["name"]
        if config["density"] == 1:
            entry.pop("mask", None)
        kept = masks.get(name, 1)
        (length, projection), (length32, projection32) = (
            measure(run["gradients"][name] * kept, seed, layer) for run in (double, single)
        )
        entry["gradient"] = {
            "length": length, "projection": projection,
            "float32Spread": max(abs(length32 - length), abs(projection32 - projection)) / length,
        }
    fixture = {
        "model": config["model"], "seed": seed, "density": config["density"], "batch": BATCH,
        "image": config["image"], "mean": MEAN, "std": STD, "sgd": SGD, "lr": LR,
        "imagesSha256": digest(images), "labelsSha256": digest(labels),
        "parameters": described, "loss": double["loss"],
        "float32Spread": [abs(a - b) / b for a, b in zip(single["loss"], double["loss"])],
    }
    # one line a parameter
    lines = ",\n  ".join(json.dumps(entry) for entry in fixture.pop("parameters"))
    head = json.dumps(fixture, indent=1).removesuffix("\n}")
    path = HERE / f"full-width-{case}.json"
    path.write_text(f'{head},\n "parameters": [\n  {lines}\n ]\n}}\n')
    count = sum(v.size for v in values.values())
    print(f"{case}: {count} parameters, losses {double['loss']} ± {fixture['float32Spread']}, "
          f"nearest kink {nearest:.1e}, gradients ± {max(e['gradient']['float32Spread'] for e in described):.1e}, {path.stat().st_size} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.backends.mkldnn.set_flags(False)
    for name in sys.argv[1:] or CASES:
        write(name)
