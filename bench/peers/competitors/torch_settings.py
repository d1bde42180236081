"""How PyTorch is set up: its switches are global, so each way of computing is a process of its own."""
import platform
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Settings:
    name: str
    device: str
    tf32: bool = False
    # the number format of autocast: None, torch.bfloat16 or torch.float16
    half: torch.dtype | None = None
    channels_last: bool = False
    benchmark: bool = False
    compiled: bool = False

    def precision(self):
        if self.half is not None:
            return str(self.half).removeprefix("torch.")
        return "tf32" if self.tf32 else "float32"

    def words(self):
        on = ["float32" if self.half is None else f"autocast {self.precision()}"]
        if self.device == "cuda":
            on.append("TF32 on" if self.tf32 else "TF32 off")
        for word in ("channels_last", "compiled"):
            if getattr(self, word):
                on.append("torch.compile" if word == "compiled" else word)
        if self.benchmark:
            on.append("cudnn.benchmark")
        return ", ".join(on)


def half_type():
    """bfloat16 where the device has it, which it always has on the CPU, if only slowly."""
    if not torch.cuda.is_available() or torch.cuda.is_bf16_supported():
        return torch.bfloat16
    return torch.float16


def settings_of(name):
    """Float32 as the authors of sparse-training papers train; one thing more at a time; or whatever is fastest (torch_best)."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    cuda = device == "cuda"
    ways = {
        "pytorch": Settings(name, device),
        "pytorch-tf32": Settings(name, device, tf32=True),
        "pytorch-amp": Settings(name, device, tf32=True, half=half_type()),
        "pytorch-best": Settings(name, device, tf32=cuda, benchmark=cuda),
    }
    settings = ways[name]
    torch.backends.cuda.matmul.allow_tf32 = settings.tf32
    torch.backends.cudnn.allow_tf32 = settings.tf32
    torch.backends.cudnn.benchmark = settings.benchmark
    return settings


def greeting(settings):
    cuda = settings.device == "cuda"
    capability = torch.backends.cpu.get_cpu_capability()
    return {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "device": torch.cuda.get_device_name() if cuda else f"CPU, {capability}",
        "cuda": cuda,
        "threads": None if cuda else torch.get_num_threads(),
        "waits": "torch.cuda.synchronize" if cuda else "calls return when the work is done",
    }
