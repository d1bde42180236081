"""Writes transforms.safetensors: methods that train through a transform of the weights, as PyTorch's autograd has them, on a
small network with batch norm, a residual sum, and a linear layer with bias (test/nn/small_conv.ts).

Needs torch, numpy, safetensors. Everything starts from float32 numbers and is computed in float64. Tensors:

  images, labels             one batch of bytes, which each step sees again; bytes enter as (v/255 − 0.5)/0.25
  mask/<weight>              the source
  <case>/start/<parameter>   initial values
  <case>/effective/<weight>  effective weights before the first step
  <case>/gradient/<p>        gradients of the first step, without weight decay
  <case>/after/<p>           values after three steps
  <case>/mask/<weight>       which effective weights are not 0 after three steps

Settings and the losses of the steps are in the JSON object "cases" of the file's metadata.
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

OUT = Path(__file__).parent / "transforms.safetensors"
STEPS, IMAGES, LR, MOMENTUM = 3, 8, 0.1, 0.9
SHAPES = {
    "conv1.weight": (12, 3, 3, 3), "bn1.weight": (12,), "bn1.bias": (12,),
    "conv2.weight": (16, 12, 3, 3), "bn2.weight": (16,), "bn2.bias": (16,),
    "shortcut.weight": (16, 12, 1, 1), "fc.weight": (5, 16), "fc.bias": (5,),
}
WEIGHTS = [name for name, shape in SHAPES.items() if len(shape) > 1]
NORMS = [name for name in SHAPES if name.startswith("bn")]

random = np.random.default_rng(11)
tensors, cases = {}, {}


def keep(name, value):
    if isinstance(value, torch.Tensor):
        value = value.detach().numpy()
    tensors[name] = np.ascontiguousarray(np.asarray(value).astype(np.float32))


images = random.integers(0, 256, (IMAGES, 3, 8, 8)).astype(np.uint8)
labels = (np.arange(IMAGES) % 5).astype(np.uint8)
tensors["images"], tensors["labels"] = images, labels
x = torch.tensor((images.astype(np.float64) / 255 - 0.5) / 0.25)
y = torch.tensor(labels.astype(np.int64))
masks = {name: torch.tensor((random.random(SHAPES[name]) < 0.5).astype(np.float64)) for name in WEIGHTS}
for name, mask in masks.items():
    keep(f"mask/{name}", mask)


def start_values():
    values = {}
    for name, shape in SHAPES.items():
        noise = random.standard_normal(shape).astype(np.float32)
        if name in WEIGHTS:
            value = noise * np.sqrt(4 / np.prod(shape[1:]))
        else:
            value = 1 + 0.2 * noise if name in ("bn1.weight", "bn2.weight") else 0.3 * noise
        values[name] = value.astype(np.float32)
    return values


def forward(p):
    def norm(z, name):
        return F.batch_norm(z, None, None, p[f"{name}.weight"], p[f"{name}.bias"], training=True)

    first = F.relu(norm(F.conv2d(x, p["conv1.weight"], padding=1), "bn1"))
    second = norm(F.conv2d(first, p["conv2.weight"], padding=1, stride=2), "bn2")
    joined = F.relu(second + F.conv2d(first, p["shortcut.weight"], stride=2))
    return F.linear(joined.mean((2, 3)), p["fc.weight"], p["fc.bias"])


def leaf(value):
    return torch.tensor(value.astype(np.float32).astype(np.float64), requires_grad=True)


def write(case, settings, values, trained, decay, effective, between=lambda step, values: None, penalty=None):
    """values: name → leaf; trained: names; decay: name → weight decay; effective: step → name → effective values."""
    for name, value in values.items():
        keep(f"{case}/start/{name}", value)
    groups = [{"params": [values[name]], "weight_decay": decay(name)} for name in trained]
    optimizer = torch.optim.SGD(groups, lr=LR, momentum=MOMENTUM)
    losses = []
    for step in range(STEPS):
        between(step, values)
        network = effective(step)
        loss = F.cross_entropy(forward(network), y)
        losses.append(loss.item())
        optimizer.zero_grad(set_to_none=True)
        (loss if penalty is None else loss + penalty(step)).backward()
        if step == 0:
            for name in WEIGHTS:
                keep(f"{case}/effective/{name}", network[name])
            for name in trained:
                keep(f"{case}/gradient/{name}", values[name].grad)
        optimizer.step()
    network = effective(STEPS - 1)
    for name in trained:
        keep(f"{case}/after/{name}", values[name])
    for name in WEIGHTS:
        tensors[f"{case}/mask/{name}"] = np.ascontiguousarray((network[name].detach().numpy() != 0).astype(np.uint8))
    kept = sum(int(tensors[f"{case}/mask/{name}"].sum()) for name in WEIGHTS)
    cases[case] = {**settings, "lr": LR, "momentum": MOMENTUM, "losses": losses}
    print(f"{case}: losses {losses}, {kept} of {sum(int(m.sum()) for m in masks.values())} weights of the source have an effect")


# STR: one threshold a layer; decays of weights, thresholds and batch norms differ
values = {name: leaf(value) for name, value in start_values().items()}
for i, name in enumerate(WEIGHTS):
    values[name.replace(".weight", ".sparseThreshold")] = leaf(np.full((1, 1), -2.5 + 0.25 * i))


def str_effective(step):
    network = dict(values)
    for name in WEIGHTS:
        w, s = values[name], values[name.replace(".weight", ".sparseThreshold")]
        network[name] = masks[name] * (torch.sign(w) * torch.relu(torch.abs(w) - torch.sigmoid(s)))
    return network


settings = {"weightDecay": 1e-2, "decay": 5e-2, "normDecay": 1e-3}
write("str", settings, values, list(values), lambda name: settings["decay"] if name.endswith("Threshold") else
      settings["normDecay"] if name in NORMS else settings["weightDecay"], str_effective)

# continuous sparsification: one round of three epochs with a step each; scores have no decay
values = {name: leaf(value) for name, value in start_values().items()}
for name in WEIGHTS:
    values[name.replace(".weight", ".mask_weight")] = leaf(0.1 + 0.2 * random.standard_normal(SHAPES[name]))
settings = {"weightDecay": 1e-2, "initial": 0.1, "finalTemperature": 16.0, "penalty": 1e-3}
scale = 1 / (1 / (1 + np.exp(-settings["initial"])))


def soft_masks(step):
    beta = settings["finalTemperature"] ** (step / (STEPS - 1))
    return {name: masks[name] * scale * torch.sigmoid(beta * values[name.replace(".weight", ".mask_weight")])
            for name in WEIGHTS}


def soft_effective(step):
    return {**values, **{name: values[name] * mask for name, mask in soft_masks(step).items()}}


write("continuous", settings, values, list(values), lambda name: 0 if name.endswith("mask_weight") else
      settings["weightDecay"], soft_effective,
      penalty=lambda step: settings["penalty"] * sum(mask.sum() for mask in soft_masks(step).values()))


# edge-popup: frozen weights and biases, scores with a straight-through gradient
def score_name(name):
    return name[:-len("weight")] + "scoresWeights" if name.endswith("weight") else name[:-len("bias")] + "scoresBias"


def popup(case, factors):
    values = {name: leaf(value).requires_grad_(False) for name, value in start_values().items()}
    for name in NORMS:
        values[name] = torch.full(SHAPES[name], float(name.endswith("weight")), dtype=torch.float64)
    scored = [*WEIGHTS, "fc.bias"]
    for name in scored:
        values[score_name(name)] = leaf(0.02 * random.standard_normal(SHAPES[name]))
    settings = {"weightDecay": 5e-4, "density": 0.3}

    class Straight(torch.autograd.Function):
        @staticmethod
        def forward(ctx, scores, chosen):
            return chosen

        @staticmethod
        def backward(ctx, gradient):
            return gradient, None

    def effective(step):
        network = dict(values)
        for name in WEIGHTS:
            parts = [name, *(["fc.bias"] if name == "fc.weight" else [])]
            scores = torch.cat([values[score_name(part)].abs().flatten() for part in parts])
            factor = Straight.apply(scores, factors(name, scores.detach(), settings["density"]))
            at = 0
            for part in parts:
                size = values[part].numel()
                network[part] = values[part] * factor[at:at + size].view(SHAPES[part])
                at += size
        return network

    write(case, settings, values, [score_name(name) for name in scored], lambda name: settings["weightDecay"], effective)


def intended(name, scores, density):
    """The best int(density · N) of the source's weights and the biases."""
    mask = masks[name].flatten()
    candidate = torch.cat([mask, torch.ones(len(scores) - len(mask), dtype=mask.dtype)])
    order = torch.where(candidate == 1, scores, torch.tensor(-1.0, dtype=scores.dtype)).argsort(descending=True, stable=True)
    chosen = torch.zeros_like(scores)
    chosen[order[:int(density * len(scores))]] = 1
    return chosen * candidate


def released(name, scores, density):
    """What the released code computes: where() of a mask with several dimensions gives channels, not weights."""
    channels = torch.where(masks[name] == 1)[0]
    factor = scores.clone()
    picked = scores[channels]
    order = picked.sort(descending=True, stable=True).indices
    best = int(density * len(scores))
    picked[order[:best]] = 1
    picked[order[best:]] = 0
    for channel, value in zip(channels.tolist(), picked.tolist()):  # one after the other: the last one counts
        factor[channel] = value
    return factor


popup("edge-popup", intended)
popup("edge-popup-released", released)

save_file(tensors, OUT, metadata={"cases": json.dumps(cases)})
OUT.chmod(0o644)
print(OUT.stat().st_size, "bytes")
