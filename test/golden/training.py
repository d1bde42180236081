"""Writes training-<model>.json and .safetensors: how PyTorch trains four small networks behind fixed random masks.

Stored are results only. Initial weights and masks come from Philox (philox.py), the batches from the embedded data set,
and training.ts makes the same ones. See README.md for what the files hold.
Usage: python3 training.py [model ...] [--data FOLDER]
"""
import argparse
import gzip
import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

import philox
from models import Lab, LeNet5, ResNet20, Vgg16

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "datasets" / "fashion-mnist-10k"
SEED = 7
MEAN, STD = 0.5, 0.25
SGD = {"momentum": 0.9, "nesterov": True, "weightDecay": 5e-4}
# Weights are drawn from ±gain·√(6/(density·fan_in)), `last` being the gain of the last layer; batch norm starts with
# shifts of ±shift. README.md says why: with gain 1 and shift 0 float32 itself is not good for 30 steps.
MODELS = {
    "lenet5": {"make": LeNet5, "density": 0.3, "batch": 32, "steps": 30, "channels": 1,
               "gain": 1, "last": 1, "shift": 0},
    "lab": {"make": Lab, "density": 0.3, "batch": 16, "steps": 10, "channels": 1,
            "gain": 1, "last": 1, "shift": 2},
    "vgg16n": {"make": Vgg16, "density": 0.2, "batch": 32, "steps": 30, "channels": 3,
               "gain": 2, "last": 0.4, "shift": 2},
    "resnet20": {"make": ResNet20, "density": 0.2, "batch": 32, "steps": 30, "channels": 3,
                 "gain": 2, "last": 0.3, "shift": 2},
}


def read_idx(pattern, header):
    (path,) = DATA.glob(pattern)
    return np.frombuffer(gzip.decompress(path.read_bytes()), dtype=np.uint8, offset=header)


def batches(batch, steps, channels):
    """Bytes (steps, B, C, H, W) and labels (steps, B): images in file order."""
    count = batch * steps
    images = read_idx("train-images*.gz", 16).reshape(-1, 1, 28, 28)[:count]
    labels = read_idx("train-labels*.gz", 8)[:count]
    if channels == 3:
        padded = np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
        images = np.concatenate([padded, 255 - padded, padded[..., ::-1]], axis=1)
    return images.reshape(steps, batch, *images.shape[1:]), labels.reshape(steps, batch)


def normalise(images):
    """(v/255 − mean)/std, each operation rounded to float32."""
    return (images.astype(np.float32) / np.float32(255) - np.float32(MEAN)) / np.float32(STD)


def erk(shapes, density):
    """Densities of the exact Erdős-Rényi-kernel rule (RigL's loop): full layers drop out until none would exceed 1."""
    if density == 1:
        return [1.0] * len(shapes)
    sizes = [math.prod(shape) for shape in shapes]
    raw = [sum(shape) / math.prod(shape) for shape in shapes]
    full = set()
    while True:
        free = [k for k in range(len(shapes)) if k not in full]
        budget = density * sum(sizes[k] for k in free) - (1 - density) * sum(sizes[k] for k in full)
        epsilon = budget / sum(raw[k] * sizes[k] for k in free)
        largest = max(raw[k] for k in free)
        if largest * epsilon <= 1:
            return [1.0 if k in full else epsilon * raw[k] for k in range(len(shapes))]
        full |= {k for k in free if raw[k] == largest}


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def initial(model, config):
    """Masked initial values, boolean masks and their description, by parameter name in registration order."""
    seed = config.get("seed", SEED)
    parameters = dict(model.named_parameters())
    maskable = [name for name, p in parameters.items() if p.dim() in (2, 4)]
    densities = dict(zip(maskable, erk([parameters[name].shape for name in maskable], config["density"])))
    values, masks, described = {}, {}, []
    for layer, (name, p) in enumerate(parameters.items()):
        owner = model.get_submodule(name.rpartition(".")[0])
        entry = {"name": name, "shape": list(p.shape)}
        u = philox.random_u32(seed, philox.STREAM["init"], layer, 0, p.numel())
        if isinstance(owner, torch.nn.BatchNorm2d):
            entry["kind"] = "scale" if name.endswith("weight") else "shift"
            entry["size"] = 1 if entry["kind"] == "scale" else config["shift"]
            size = entry["size"]
            value = np.full(p.shape, size) if entry["kind"] == "scale" else np.where(u < 2**31, -size, size)
            value = value.astype(np.float32) + np.float32(0)  # no −0
        else:
            entry["kind"] = "weight" if p.dim() > 1 else "bias"
            fan_in = math.prod(owner.weight.shape[1:])
            if p.dim() > 1:
                gain = config["last" if name == maskable[-1] else "gain"]
                entry["size"] = gain * math.sqrt(6 / (densities[name] * fan_in))
            else:
                entry["size"] = 1 / math.sqrt(fan_in)
            value = ((u / 2.0**32 - 0.5) * 2 * entry["size"]).astype(np.float32).reshape(p.shape)
        if name in densities:
            index = maskable.index(name)
            u = philox.random_u32(seed, philox.STREAM["mask"], index, 0, p.numel())
            mask = (u < densities[name] * 2.0**32).reshape(p.shape)
            packed = np.packbits(mask.reshape(-1), bitorder="little")
            packed = np.pad(packed, (0, -len(packed) % 4))
            entry["mask"] = {"index": index, "density": densities[name], "nnz": int(mask.sum()), "sha256": digest(packed)}
            masks[name] = mask
            value = np.where(mask, value, np.float32(0))
        entry["sha256"] = digest(value)
        values[name] = value
        described.append(entry)
    return values, masks, described


def hits(logits, labels):
    """Right answers; of equal logits the lower class counts as the larger."""
    return int((np.argmax(logits.detach().numpy(), axis=1) == labels).sum())


def train(config, values, masks, data, lr, dtype):
    """Losses, hits, step-1 gradients, batch-norm statistics and the evaluation afterwards of one run."""
    torch.manual_seed(0)
    model = config["make"]().to(dtype)
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, p in parameters.items():
            p.copy_(torch.from_numpy(values[name]))
    kept = {name: torch.from_numpy(mask) for name, mask in masks.items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=SGD["momentum"], nesterov=SGD["nesterov"],
                                weight_decay=SGD["weightDecay"])
    result = {"loss": [], "correct": []}
    model.train()
    for step, (images, labels) in enumerate(zip(*data)):
        x, target = torch.from_numpy(normalise(images)).to(dtype), torch.from_numpy(labels.astype(np.int64))
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, target)
        loss.backward()
        result["loss"].append(loss.item())
        result["correct"].append(hits(logits, labels))
        if step == 0:
            result["gradients"] = {name: p.grad.numpy().copy() for name, p in parameters.items()}
            norms = [(n, m) for n, m in model.named_modules() if isinstance(m, torch.nn.BatchNorm2d)]
            for name, norm in norms[:1]:
                result["running"] = {f"{name}.mean": norm.running_mean.numpy().copy(),
                                     f"{name}.variance": norm.running_var.numpy().copy()}
        optimizer.step()
        with torch.no_grad():
            for name, mask in kept.items():
                parameters[name].mul_(mask)
                if SGD["momentum"]:
                    optimizer.state[parameters[name]]["momentum_buffer"].mul_(mask)
    model.eval()
    with torch.no_grad():
        images, labels = data[0][0], data[1][0]
        logits = model(torch.from_numpy(normalise(images)).to(dtype))
        target = torch.from_numpy(labels.astype(np.int64))
        result["evaluation"] = {"loss": F.cross_entropy(logits, target).item(), "correct": hits(logits, labels)}
    return result


def finite(values):
    """JSON has no NaN."""
    return [value if math.isfinite(value) else None for value in values]


def compare(single, double):
    """Largest relative difference of two loss curves, and the first step (from 1) where it exceeds 1e-4."""
    apart = [abs(a - b) / abs(b) if math.isfinite(a) and math.isfinite(b) else math.inf for a, b in zip(single, double)]
    beyond = [step for step, value in enumerate(apart, 1) if value > 1e-4]
    return {"largest": max(apart) if math.isfinite(max(apart)) else None, "partsAtStep": beyond[0] if beyond else None}


def write(name):
    config = MODELS[name]
    values, masks, described = initial(config["make"](), config)
    data = batches(config["batch"], config["steps"], config["channels"])
    runs, first = [], None
    for lr in (0.01, 0.1):
        single, double = (train(config, values, masks, data, lr, dtype) for dtype in (torch.float32, torch.float64))
        first = first or (single, double)
        runs.append({
            "lr": lr,
            "loss": finite(single["loss"]), "correct": single["correct"], "evaluation": single["evaluation"],
            "float64": {"loss": finite(double["loss"]), "correct": double["correct"], "evaluation": double["evaluation"]},
            "float32Spread": compare(single["loss"], double["loss"]),
        })
    single, double = first
    tensors = {}
    for entry in described:
        key = entry["name"]
        gradient, exact = single["gradients"][key], double["gradients"][key]
        if key in masks:
            gradient, exact = gradient[masks[key]], exact[masks[key]]
        tensors[f"gradient/{key}"] = np.ascontiguousarray(gradient)
        largest = float(np.abs(exact).max())
        entry["gradientSpread"] = float(np.abs(gradient - exact).max()) / largest if largest else 0.0
    for key, value in single.get("running", {}).items():
        tensors[f"running/{key}"] = value
    fixture = {
        "model": name, "seed": SEED, "density": config["density"], "batch": config["batch"], "steps": config["steps"],
        "image": list(data[0].shape[2:]), "mean": MEAN, "std": STD, "sgd": SGD,
        "batchesSha256": digest(data[0]), "labelsSha256": digest(data[1]),
        "parameters": described, "runs": runs,
    }
    text = json.dumps(fixture, indent=1)
    (HERE / f"training-{name}.json").write_text(text + "\n")
    save_file(tensors, HERE / f"training-{name}.safetensors")
    (HERE / f"training-{name}.safetensors").chmod(0o644)
    sizes = [(HERE / f"training-{name}.{end}").stat().st_size for end in ("json", "safetensors")]
    kept = sum(int(mask.sum()) for mask in masks.values())
    print(f"{name}: {sum(v.size for v in values.values())} parameters, {kept} of {sum(m.size for m in masks.values())} "
          f"maskable kept, {sizes} bytes")
    print(f"  gradient spread float32/float64 at most {max(e['gradientSpread'] for e in described):.2e}")
    for run in runs:
        print(f"  lr {run['lr']}: loss {run['loss'][0]:.4f} … {run['loss'][-1]}, {run['float32Spread']}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=list(MODELS))
    parser.add_argument("--data", type=Path, default=DATA)
    arguments = parser.parse_args()
    DATA = arguments.data
    torch.set_num_threads(1)
    # oneDNN's float32 weight gradients are wrong by up to 5e-5 of the largest entry; PyTorch's own kernels are not.
    torch.backends.mkldnn.set_flags(False)
    philox.self_test()
    for model_name in arguments.models or MODELS:
        write(model_name)
