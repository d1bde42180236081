"""Writes ops.safetensors: every operation on small inputs, as PyTorch computes it.

Inputs are float32; PyTorch computes in float64 from them and the results are rounded once to float32, so that a test can
ask for full float32 accuracy. Tensors are NCHW. A case is the tensors named <operation>/<case>/<tensor> and, for its
settings, the entry <operation>/<case> of the JSON object under "settings" in the file's metadata.
"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

OUT = Path(__file__).parent / "ops.safetensors"

random = np.random.default_rng(20240)
tensors, settings = {}, {}


def normal(*shape):
    return random.standard_normal(shape).astype(np.float32)


def double(values, grad=True):
    return torch.tensor(values, dtype=torch.float64, requires_grad=grad)


def save(case, options, **values):
    settings[case] = options
    for name, value in values.items():
        if isinstance(value, torch.Tensor):
            value = value.detach().numpy()
        value = np.asarray(value)
        kind = np.int32 if value.dtype.kind == "i" else np.float32
        tensors[f"{case}/{name}"] = np.ascontiguousarray(value.astype(kind))


def conv(name, n, c, h, w, o, kh, kw, stride=1, pad=0, bias=False):
    x, weight, b = double(normal(n, c, h, w)), double(normal(o, c, kh, kw)), double(normal(o))
    y = F.conv2d(x, weight, b if bias else None, stride=stride, padding=pad)
    dy = double(normal(*y.shape), grad=False)
    y.backward(dy)
    extra = {"bias": b, "dBias": b.grad} if bias else {}
    options = {"stride": stride, "pad": pad}
    save(f"conv/{name}", options, x=x, weight=weight, y=y, dy=dy, dx=x.grad, dWeight=weight.grad, **extra)


conv("3x3-s1-p1", 3, 3, 6, 6, 4, 3, 3, pad=1)
conv("3x3-s2-p1", 3, 3, 8, 8, 4, 3, 3, stride=2, pad=1)
conv("3x3-s2-p1-odd", 2, 3, 7, 5, 4, 3, 3, stride=2, pad=1, bias=True)
conv("1x1-s1", 3, 4, 5, 5, 6, 1, 1)
conv("1x1-s2", 3, 4, 6, 6, 6, 1, 1, stride=2)
conv("1x1-s2-odd", 2, 4, 7, 5, 3, 1, 1, stride=2)
conv("5x5-p2", 2, 2, 7, 7, 3, 5, 5, pad=2, bias=True)
conv("5x5-p0", 2, 2, 8, 7, 3, 5, 5, bias=True)
conv("7x7-s2-p3", 2, 2, 11, 9, 3, 7, 7, stride=2, pad=3)
conv("3x5-s1-p1", 2, 2, 6, 9, 3, 3, 5, pad=1, bias=True)
conv("2x2-s3-p1", 2, 2, 9, 8, 3, 2, 2, stride=3, pad=1)
conv("3x3-s1-p1-single", 1, 1, 3, 3, 1, 3, 3, pad=1)


def linear(name, n, i, o, bias):
    x, weight, b = double(normal(n, i)), double(normal(o, i)), double(normal(o))
    y = F.linear(x, weight, b if bias else None)
    dy = double(normal(*y.shape), grad=False)
    y.backward(dy)
    extra = {"bias": b, "dBias": b.grad} if bias else {}
    save(f"linear/{name}", {}, x=x, weight=weight, y=y, dy=dy, dx=x.grad, dWeight=weight.grad, **extra)


linear("bias", 5, 23, 7, True)
linear("no-bias", 3, 12, 10, False)


def batch_norm(name, shape, affine, train):
    channels = shape[1]
    x = double(normal(*shape) * 2 + 0.5)
    scale, shift = double(1 + 0.3 * normal(channels)), double(normal(channels))
    mean = double(normal(channels), grad=False)
    variance = double(0.5 + random.random(channels, dtype=np.float32), grad=False)
    before = {"runningMean": mean.clone(), "runningVariance": variance.clone()}
    learned = (scale, shift) if affine else (None, None)
    y = F.batch_norm(x, mean, variance, *learned, training=train, momentum=0.1, eps=1e-5)
    dy = double(normal(*shape), grad=False)
    y.backward(dy)
    extra = {"scale": scale, "shift": shift, "dScale": scale.grad, "dShift": shift.grad} if affine else {}
    if train:
        extra |= {"newRunningMean": mean, "newRunningVariance": variance}
    save(f"batch-norm/{name}", {"train": train}, x=x, y=y, dy=dy, dx=x.grad, **before, **extra)


batch_norm("train", (5, 3, 4, 3), True, True)
batch_norm("train-plain", (4, 3, 3, 3), False, True)
batch_norm("train-features", (6, 5, 1, 1), True, True)
batch_norm("eval", (3, 4, 3, 3), True, False)
batch_norm("eval-plain", (3, 4, 3, 3), False, False)


def relu():
    x = normal(2, 3, 4, 4)
    x[np.abs(x) < 0.3] = 0
    x = double(x)
    y = F.relu(x)
    dy = double(normal(*y.shape), grad=False)
    y.backward(dy)
    save("relu/zeros", {}, x=x, y=y, dy=dy, dx=x.grad)


relu()


def pool(kind, name, shape, kernel, stride, pad, ties=False):
    x = normal(*shape)
    if ties:  # as after a ReLU: few different values, many zeros
        x = np.maximum(np.round(x), 0).astype(np.float32)
    x = double(x)
    function = F.max_pool2d if kind == "max-pool" else F.avg_pool2d
    y = function(x, kernel, stride, pad)
    dy = double(normal(*y.shape), grad=False)
    y.backward(dy)
    save(f"{kind}/{name}", {"kernel": kernel, "stride": stride, "pad": pad}, x=x, y=y, dy=dy, dx=x.grad)


pool("max-pool", "2", (3, 2, 6, 6), 2, 2, 0)
pool("max-pool", "2-ties", (3, 2, 6, 6), 2, 2, 0, ties=True)
pool("max-pool", "2-odd", (2, 2, 7, 5), 2, 2, 0)
pool("max-pool", "3-s2-p1", (2, 2, 9, 8), 3, 2, 1)
pool("max-pool", "3-s2-p1-ties", (2, 2, 9, 8), 3, 2, 1, ties=True)
pool("max-pool", "3-s1-p1-ties", (2, 2, 5, 5), 3, 1, 1, ties=True)
pool("avg-pool", "2", (3, 2, 6, 6), 2, 2, 0)
pool("avg-pool", "2-odd", (2, 2, 7, 5), 2, 2, 0)
pool("avg-pool", "3-s2-p1", (2, 2, 8, 9), 3, 2, 1)
pool("avg-pool", "3-s1-p1", (2, 2, 4, 5), 3, 1, 1)


def global_pool():
    x = double(normal(3, 4, 5, 3))
    y = F.adaptive_avg_pool2d(x, 1)
    dy = double(normal(*y.shape), grad=False)
    y.backward(dy)
    save("global-avg-pool/odd", {}, x=x, y=y, dy=dy, dx=x.grad)


global_pool()


def cross_entropy(name, n, classes, smoothing, spread=2.0, ties=False):
    logits = normal(n, classes) * np.float32(spread)
    if ties:
        logits = np.round(logits)
    labels = random.integers(0, classes, n)
    x = double(logits)
    losses = F.cross_entropy(x, torch.tensor(labels), label_smoothing=smoothing, reduction="none")
    losses.mean().backward()
    # Equal logits: the lower class ranks first. A stable descending sort says exactly that.
    order = np.argsort(-logits, axis=1, kind="stable")
    ranks = np.argmax(order == labels[:, None], axis=1)
    options = {"smoothing": smoothing, "top1": int((ranks < 1).sum()), "top5": int((ranks < 5).sum())}
    save(f"cross-entropy/{name}", options, logits=x, labels=labels, losses=losses, loss=losses.mean().reshape(1), dLogits=x.grad)


cross_entropy("plain", 9, 10, 0.0)
cross_entropy("smooth", 9, 10, 0.1)
cross_entropy("far-apart", 6, 10, 0.0, spread=60)
cross_entropy("far-apart-smooth", 6, 10, 0.1, spread=60)
cross_entropy("ties", 16, 10, 0.0, ties=True, spread=1.2)
cross_entropy("few-classes", 7, 3, 0.1)


def optimizer(name, make, options, steps=5, size=24):
    w = double(normal(size))
    first = w.detach().clone()
    gradients = normal(steps, size)
    torch_optimizer = make([w])
    weights, state = [], {}
    for gradient in gradients:
        w.grad = torch.tensor(gradient, dtype=torch.float64)
        torch_optimizer.step()
        weights.append(w.detach().clone())
    for key, value in torch_optimizer.state[w].items():
        if isinstance(value, torch.Tensor) and value.shape == w.shape:
            state[key] = value
    save(f"{name}", options, first=first, gradients=gradients, weights=torch.stack(weights), **state)


def sgd(name, **options):
    torch_options = {"weight_decay" if key == "weightDecay" else key: value for key, value in options.items()}
    optimizer(f"sgd/{name}", lambda parameters: torch.optim.SGD(parameters, **torch_options), options)


sgd("plain", lr=0.1)
sgd("decay", lr=0.1, weightDecay=0.01)
sgd("momentum", lr=0.1, momentum=0.9)
sgd("momentum-decay", lr=0.1, momentum=0.9, weightDecay=5e-4)
sgd("nesterov", lr=0.1, momentum=0.9, nesterov=True)
sgd("nesterov-decay", lr=0.1, momentum=0.9, nesterov=True, weightDecay=5e-4)


def adam(name, decoupled=False, **options):
    def make(parameters):
        rest = {"lr": options["lr"], "weight_decay": options.get("weightDecay", 0)}
        if "beta1" in options:
            rest |= {"betas": (options["beta1"], options["beta2"]), "eps": options["eps"]}
        return (torch.optim.AdamW if decoupled else torch.optim.Adam)(parameters, **rest)

    optimizer(f"adam/{name}", make, options | {"decoupled": decoupled})


adam("plain", lr=0.01)
adam("decay", lr=0.01, weightDecay=0.1)
adam("other-betas", lr=0.05, beta1=0.8, beta2=0.95, eps=1e-3, weightDecay=0.01)
adam("decoupled", decoupled=True, lr=0.01)
adam("decoupled-decay", decoupled=True, lr=0.01, weightDecay=0.1)

# One metadata entry only: the library writes several in an order that changes from run to run.
save_file(tensors, OUT, metadata={"settings": json.dumps(settings)})
OUT.chmod(0o644)  # the library writes files that only their owner can read
print(f"{OUT.name}: {len(settings)} cases, {len(tensors)} tensors, {OUT.stat().st_size} bytes")
