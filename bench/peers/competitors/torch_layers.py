"""Convolutions and matrix products in PyTorch."""
import torch
import torch.nn.functional as F


class Layer:
    def __init__(self, work, inputs, settings):
        self.work, self.settings = work, settings
        # As inside a network: activations and weights are in the number format and layout already.
        self.tensors = {name: self.place(tensor) for name, tensor in inputs.items()}
        by = {"forward+dW": "w", "forward+dX": "x"}.get(work.get("pass"))
        self.by = by
        if by is not None:
            self.tensors[by].requires_grad_(True)

    def place(self, tensor):
        tensor = tensor.to(self.settings.device, self.settings.half or torch.float32)
        if self.settings.channels_last and tensor.dim() == 4:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        return tensor

    def once(self):
        tensors = self.tensors
        if self.work["kind"] == "matmul":
            return {"y": tensors["a"] @ tensors["b"]}
        shape = self.work["shape"]
        with torch.set_grad_enabled(self.by is not None):
            y = F.conv2d(tensors["x"], tensors["w"], stride=shape["stride"], padding=shape["pad"])
        if self.by is None:
            return {"y": y}
        (gradient,) = torch.autograd.grad(y, tensors[self.by], tensors["dy"])
        return {"y": y, "d" + self.by: gradient}

    def results(self):
        return self.once()
