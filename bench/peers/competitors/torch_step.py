"""A training step in PyTorch: a module over the network's nodes, autograd, and torch.optim.SGD with momentum."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Network(nn.Module):
    """Masked layers multiply weight and mask in each forward pass, as the code of sparse-training papers does."""

    def __init__(self, nodes, inputs):
        super().__init__()
        self.nodes = nodes
        for node in nodes:
            for key in ("weight", "bias", "scale", "shift"):
                name = node.get(key)
                if name is not None:
                    self.register_parameter(flat(name), nn.Parameter(inputs[name].clone()))
                    if f"mask:{name}" in inputs:
                        self.register_buffer(flat(f"mask:{name}"), inputs[f"mask:{name}"].to(torch.float32))
            if node["op"] == "batchNorm":
                self.register_buffer(flat(node["name"] + ".mean"), torch.zeros(node["channels"]))
                self.register_buffer(flat(node["name"] + ".var"), torch.ones(node["channels"]))

    def tensor(self, name):
        return None if name is None else getattr(self, flat(name))

    def weight(self, name):
        mask = getattr(self, flat(f"mask:{name}"), None)
        weight = self.tensor(name)
        return weight if mask is None else weight * mask

    def forward(self, x):
        done = []
        for node in self.nodes:
            done.append(self.apply_node(node, x, done))
        return done[-1]

    def apply_node(self, node, images, done):
        op = node["op"]
        if op == "input":
            return images
        x = done[node["input"]]
        if op == "conv":
            weight, bias = self.weight(node["weight"]), self.tensor(node["bias"])
            return F.conv2d(x, weight, bias, stride=node["stride"], padding=node["pad"])
        if op == "linear":
            return F.linear(torch.flatten(x, 1), self.weight(node["weight"]), self.tensor(node["bias"]))
        if op == "batchNorm":
            mean, var = self.tensor(node["name"] + ".mean"), self.tensor(node["name"] + ".var")
            return F.batch_norm(x, mean, var, self.tensor(node["scale"]), self.tensor(node["shift"]), training=True)
        if op == "relu":
            return F.relu(x)
        if op == "maxPool":
            return F.max_pool2d(x, node["kernel"], node["stride"], node["pad"])
        if op == "averagePool":
            return F.avg_pool2d(x, node["kernel"], node["stride"], node["pad"])
        if op == "add":
            # a network's flat and pooled activations differ in trailing axes of 1 only
            return x + done[node["other"]].reshape(x.shape)
        if op == "flatten":
            return torch.flatten(x, 1)
        raise ValueError(f"{op} is not written for PyTorch")


def flat(name):
    """Modules take no dots in names."""
    return name.replace(".", "_").replace(":", "_")


class Step:
    def __init__(self, work, inputs, settings):
        self.settings, self.inputs = settings, inputs
        layout = torch.channels_last if settings.channels_last else torch.contiguous_format
        self.images = inputs["images"].to(settings.device).contiguous(memory_format=layout)
        self.labels = inputs["labels"].to(settings.device, torch.int64)
        self.network = Network(work["network"], inputs).to(settings.device).to(memory_format=layout)
        self.forward = torch.compile(self.network) if settings.compiled else self.network
        rates = {"lr": work["learningRate"], "momentum": work["momentum"]}
        self.optimizer = torch.optim.SGD(self.network.parameters(), **rates)
        self.scaler = torch.amp.GradScaler(settings.device, enabled=settings.half is torch.float16)

    def once(self):
        settings = self.settings
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast(settings.device, dtype=settings.half, enabled=settings.half is not None):
            loss = F.cross_entropy(self.forward(self.images), self.labels)
        self.scaler.scale(loss).backward()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        return loss.detach()

    def results(self):
        losses, results = [self.once()], {}
        for name in self.inputs:
            if hasattr(self.network, flat(name)) and not name.startswith("mask:"):
                results[name] = self.network.weight(name).detach().clone()
        losses += [self.once(), self.once()]
        return {"losses": torch.stack([loss.float() for loss in losses]), **results}
