"""Writes scores.safetensors: scores of pruning at initialisation as PyTorch's autograd computes them, in float64.

Two small networks (test/nn/scored_models.ts has the same): "residual" with batch norm, max pooling, a strided block with a
1×1 shortcut and a linear layer; "chain" without batch norm, with biases and an overlapping max pool. 14 images of noise, in
the order that the tests' seed chooses them in; gradients are those of the mean loss over all of them.

<net>/value/<parameter>   values; the masked runs keep the weights of <net>/source/<parameter> (about half)
<net>/<run>/<parameter>   scores: snip (batches of 8 and 6, batch statistics), snip-running (one batch, temperature 3),
                          grasp (two batches of 7, temperature 200), synflow (one round), masked-<score> inside the source
<net>/iter-snip, <net>/synflow-100: masks at density 0.1 after 5 and 100 rounds, all layers one after the other
"""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch.func import functional_call

HERE = Path(__file__).parent
ORDER = [0, 11, 2, 13, 9, 10, 6, 12, 3, 4, 5, 1, 7, 8]  # sampleClasses(labels, 3, 1) in src/random/order.ts
CLASSES, DENSITY = 5, 0.1
random = np.random.default_rng(5)


class Residual(torch.nn.Module):
    def __init__(self):
        super().__init__()
        conv = lambda i, o, k, s=1: torch.nn.Conv2d(i, o, k, stride=s, padding=k // 2, bias=False)
        self.conv1, self.bn1 = conv(3, 8, 3), torch.nn.BatchNorm2d(8)
        self.conv2, self.bn2 = conv(8, 8, 3), torch.nn.BatchNorm2d(8)
        self.conv3, self.bn3 = conv(8, 12, 3, 2), torch.nn.BatchNorm2d(12)
        self.shortcut, self.bn4 = conv(8, 12, 1, 2), torch.nn.BatchNorm2d(12)
        self.conv5, self.bn5 = conv(12, 12, 3), torch.nn.BatchNorm2d(12)
        self.fc = torch.nn.Linear(12, CLASSES)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 2)
        y = self.bn3(self.conv3(F.relu(self.bn2(self.conv2(x)))))
        x = F.relu(y + self.bn4(self.shortcut(x)))
        x = F.relu(F.relu(self.bn5(self.conv5(x))) + x)
        return self.fc(x.mean((2, 3)))


class Chain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 6, 3, padding=1)
        self.conv2 = torch.nn.Conv2d(6, 8, 3, padding=1)
        self.fc1 = torch.nn.Linear(8 * 16, 12)
        self.fc2 = torch.nn.Linear(12, CLASSES)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 3, 2, 1)
        x = F.relu(self.conv2(x)).flatten(1)
        return self.fc2(F.relu(self.fc1(x)))


def maskable(net):
    return [name for name, p in net.named_parameters() if p.dim() > 1]


def draw(net):
    """Random values, biases and batch norms too: float32 numbers."""
    for name, p in net.named_parameters():
        fan = p[0].numel() if p.dim() > 1 else 1
        values = random.standard_normal(p.shape) * (1.4 / np.sqrt(fan) if p.dim() > 1 else 0.2)
        if "bn" in name and name.endswith("weight"):
            values = 1 + values
        p.data = torch.tensor(values.astype(np.float32)).double()


class Scores:
    """Scores of a network whose weights are multiplied by masks."""

    def __init__(self, net, images, labels, masks):
        self.net, self.masks = net, masks
        self.images, self.labels = images[ORDER], labels[ORDER]
        self.values = {name: p.detach() for name, p in net.named_parameters()}
        self.statistics = {name: b.clone() for name, b in net.named_buffers()}

    def leaves(self, masks, absolute=False):
        f = torch.abs if absolute else (lambda v: v)
        values = {name: f(v).clone().requires_grad_() for name, v in self.values.items()}
        used = {name: v * masks[name] if name in masks else v for name, v in values.items()}
        return [values[name] for name in masks], {**used, **{k: b.clone() for k, b in self.statistics.items()}}

    def batches(self, size):
        return [slice(at, min(at + size, len(ORDER))) for at in range(0, len(ORDER), size)]

    def loss(self, used, part, temperature):
        logits = functional_call(self.net, used, (self.images[part],))
        share = len(self.labels[part]) / len(ORDER)
        return F.cross_entropy(logits / temperature, self.labels[part]) * share

    def snip(self, masks, size=8, training=True, temperature=1.0):
        self.net.train(training)
        total = [0] * len(masks)
        for part in self.batches(size):
            leaves, used = self.leaves(masks)
            gradients = torch.autograd.grad(self.loss(used, part, temperature), leaves)
            total = [t + g for t, g in zip(total, gradients)]
        return [(self.values[n] * masks[n] * g).abs() for n, g in zip(masks, total)]

    def grasp(self, masks, size=7, temperature=200.0):
        self.net.train(True)
        total = [0] * len(masks)
        for part in self.batches(size):
            leaves, used = self.leaves(masks)
            gradients = torch.autograd.grad(self.loss(used, part, temperature), leaves)
            total = [t + g for t, g in zip(total, gradients)]
        product = [0] * len(masks)
        for part in self.batches(size):
            leaves, used = self.leaves(masks)
            gradients = torch.autograd.grad(self.loss(used, part, temperature), leaves, create_graph=True)
            z = sum((t.detach() * g).sum() for t, g in zip(total, gradients))
            product = [p + h for p, h in zip(product, torch.autograd.grad(z, leaves))]
        return [self.values[n] * masks[n] * h for n, h in zip(masks, product)]

    def synflow(self, masks):
        self.net.train(False)
        leaves, used = self.leaves(masks, absolute=True)
        outputs = functional_call(self.net, used, (torch.ones_like(self.images[:1]),)).sum()
        return [(v.detach() * g).abs() for v, g in zip(leaves, torch.autograd.grad(outputs, leaves))]

    def rounds(self, score, rounds):
        """Global pruning to DENSITY; the gap at each threshold must be wide enough for float32 to agree."""
        masks, total = dict(self.masks), sum(m.numel() for m in self.masks.values())
        for r in range(1, rounds + 1):
            kept = torch.cat([m.flatten() for m in masks.values()]) > 0
            scores = torch.cat([s.flatten() for s in score(masks)]).masked_fill(~kept, -1)
            keep = int(total * DENSITY ** (r / rounds) + 0.5)
            ordered = scores.sort(descending=True).values
            gap = float(1 - ordered[keep] / ordered[keep - 1])
            assert keep == kept.sum() or gap > 2e-6, f"round {r}: the scores at the threshold differ by {gap}"
            chosen = torch.zeros_like(scores).index_fill(0, scores.argsort(descending=True, stable=True)[:keep], 1)
            at = 0
            for name, m in masks.items():
                masks[name] = chosen[at:at + m.numel()].reshape(m.shape)
                at += m.numel()
        return chosen


images = random.integers(0, 256, (14, 3, 8, 8), dtype=np.uint8)
labels = torch.tensor([i % CLASSES for i in range(14)])
normal = torch.tensor((images / 255 - 0.5) / 0.25)
tensors = {"images": images}
for kind, net in [("residual", Residual()), ("chain", Chain())]:
    net.double()
    draw(net)
    names = maskable(net)
    put = lambda run, values: tensors.update(
        {f"{kind}/{run}/{n}": v.numpy().astype(np.float32) for n, v in zip(names, values)})
    for name, p in net.named_parameters():
        tensors[f"{kind}/value/{name}"] = p.detach().numpy().astype(np.float32)
    shapes = {n: dict(net.named_parameters())[n].shape for n in names}
    full = {n: torch.ones(s, dtype=torch.float64) for n, s in shapes.items()}
    source = {n: torch.tensor(random.random(s) < 0.5).double() for n, s in shapes.items()}
    tensors.update({f"{kind}/source/{n}": m.numpy().astype(np.uint8) for n, m in source.items()})
    scores = Scores(net, normal, labels, full)
    for prefix, masks in [("", full), ("masked-", source)]:
        put(prefix + "snip", scores.snip(masks))
        put(prefix + "snip-running", scores.snip(masks, size=14, training=False, temperature=3.0))
        put(prefix + "grasp", scores.grasp(masks))
        put(prefix + "synflow", scores.synflow(masks))
    tensors[f"{kind}/iter-snip"] = scores.rounds(scores.snip, 5).numpy().astype(np.uint8)
    tensors[f"{kind}/synflow-100"] = scores.rounds(scores.synflow, 100).numpy().astype(np.uint8)

save_file({name: np.ascontiguousarray(t) for name, t in tensors.items()}, HERE / "scores.safetensors")
