"""Writes methods.safetensors: masks after one update of the methods that prune or drop and grow, by PyTorch in float64.

The network "residual" of scores.py, with the values, sources and images of scores.safetensors; gradients are of the first 7
images, in training mode, with pruned weights at 0. For each case a mask by layer, <case>/<parameter>:

gmp-global, gmp-layers    from dense, half way of the cubic schedule to density 0.2
rigl-confined, rigl-free  from a part of the source of density 0.2 (start/<parameter>), 0.3 dropped, grown by gradient
set                       the same, grown at random inside the source
granet                    from the source, half way to 0.2, then half of each layer dropped and grown by gradient, free

What is chosen by gradient must be clear in float32 too: the gap at every threshold is checked.
Usage: python3 methods.py
"""
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file

import philox

HERE = Path(__file__).parent
BATCH, SEED, STREAM = 7, 3, 5  # the masks' seed; STREAM.score of src/random/philox.ts
given = load_file(HERE / "scores.safetensors")


class Residual(torch.nn.Module):
    """As in scores.py, which cannot be imported without running."""

    def __init__(self):
        super().__init__()
        conv = lambda i, o, k, s=1: torch.nn.Conv2d(i, o, k, stride=s, padding=k // 2, bias=False)
        self.conv1, self.bn1 = conv(3, 8, 3), torch.nn.BatchNorm2d(8)
        self.conv2, self.bn2 = conv(8, 8, 3), torch.nn.BatchNorm2d(8)
        self.conv3, self.bn3 = conv(8, 12, 3, 2), torch.nn.BatchNorm2d(12)
        self.shortcut, self.bn4 = conv(8, 12, 1, 2), torch.nn.BatchNorm2d(12)
        self.conv5, self.bn5 = conv(12, 12, 3), torch.nn.BatchNorm2d(12)
        self.fc = torch.nn.Linear(12, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(x)))))
        x = F.relu(y + self.bn4(self.shortcut(x)))
        x = F.relu(F.relu(self.bn5(self.conv5(x))) + x)
        return self.fc(x.mean((2, 3)))


net = Residual().double()
for name, p in net.named_parameters():
    p.data = torch.tensor(given[f"residual/value/{name}"]).double()
NAMES = [name for name, p in net.named_parameters() if p.dim() > 1]
VALUES = {n: dict(net.named_parameters())[n].detach().numpy().copy() for n in NAMES}
SOURCE = {n: given[f"residual/source/{n}"].astype(bool) for n in NAMES}
DENSE = {n: np.ones_like(m) for n, m in SOURCE.items()}
SIZE = sum(v.size for v in VALUES.values())
kept = lambda masks: sum(int(m.sum()) for m in masks.values())


def gradients(masks):
    """Of the mean loss over the batch, at all weights."""
    parameters = dict(net.named_parameters())
    for n in NAMES:
        parameters[n].data = torch.tensor(VALUES[n] * masks[n])
    net.train()
    net.zero_grad()
    images = torch.tensor((given["images"][:BATCH] / 255 - 0.5) / 0.25)
    F.cross_entropy(net(images), torch.tensor([i % 5 for i in range(BATCH)])).backward()
    return {n: parameters[n].grad.numpy().copy() for n in NAMES}


def largest(scores, candidates, count, least_gap=0.0):
    """The mask of the `count` largest scores among the candidates. Magnitudes are the same numbers in float32."""
    scores = np.where(candidates, scores, -np.inf).reshape(-1)
    order = np.argsort(-scores, kind="stable")
    assert 0 <= count <= candidates.sum()
    if 0 < count < candidates.sum():
        gap = scores[order[count - 1]] - scores[order[count]]
        assert gap > least_gap * scores[order[0]], f"the scores at a threshold differ by {gap}"
    chosen = np.zeros(scores.shape, dtype=bool)
    chosen[order[:count]] = True
    return chosen.reshape(candidates.shape)


def prune_globally(masks, count):
    flat = lambda tensors: np.concatenate([tensors[n].reshape(-1) for n in NAMES])
    chosen, at, result = largest(np.abs(flat(VALUES)), flat(masks), count), 0, {}
    for n in NAMES:
        result[n] = chosen[at:at + masks[n].size].reshape(masks[n].shape)
        at += masks[n].size
    return result


def drop(masks, share):
    return {n: largest(np.abs(VALUES[n]), m, int(m.sum()) - math.ceil(share * m.sum())) for n, m in masks.items()}


def grow(masks, counts, scores, allowed, least_gap=1e-5):
    return {n: m | largest(scores[n], allowed[n] & ~m, counts[n] - int(m.sum()), least_gap) for n, m in masks.items()}


def uniform(layer, turn, shape):
    words = philox.random_u32(SEED, STREAM, layer, turn, math.prod(shape))
    return (words >> 8).astype(np.float64).reshape(shape) / 2**24


def thin(mask, count, layer):
    """A random part: the smallest words of turn 0."""
    words = philox.random_u32(SEED, STREAM, layer, 0, mask.size).astype(np.float64).reshape(mask.shape)
    return largest(2.0**32 - words, mask, count)


half_way = lambda initial: 0.2 + (initial - 0.2) * 0.5**3
nnz = lambda masks: {n: int(m.sum()) for n, m in masks.items()}
absolute = lambda tensors: {n: np.abs(t) for n, t in tensors.items()}
tensors = {}
put = lambda case, masks: tensors.update({f"{case}/{n}": m.astype(np.uint8) for n, m in masks.items()})

put("gmp-global", prune_globally(DENSE, int(SIZE * half_way(1))))
share = half_way(1)
put("gmp-layers", {n: largest(np.abs(VALUES[n]), m, int(m.size * share + 0.5)) for n, m in DENSE.items()})

share = 0.2 * SIZE / kept(SOURCE)
start = {n: thin(m, int(share * m.sum() + 0.5), layer) for layer, (n, m) in enumerate(SOURCE.items())}
put("start", start)
dropped, by_gradient = drop(start, 0.3), absolute(gradients(start))
put("rigl-confined", grow(dropped, nnz(start), by_gradient, SOURCE))
put("rigl-free", grow(dropped, nnz(start), by_gradient, DENSE))
at_random = {n: uniform(layer, 1, m.shape) for layer, (n, m) in enumerate(start.items())}
put("set", grow(dropped, nnz(start), at_random, SOURCE, 0.0))

pruned = prune_globally(SOURCE, int(SIZE * half_way(kept(SOURCE) / SIZE)))
put("granet", grow(drop(pruned, 0.5), nnz(pruned), absolute(gradients(SOURCE)), DENSE))

save_file(tensors, HERE / "methods.safetensors")
(HERE / "methods.safetensors").chmod(0o644)
print({case: sum(int(t.sum()) for n, t in tensors.items() if n.startswith(case + "/")) / SIZE
       for case in dict.fromkeys(n.split("/")[0] for n in tensors)})
