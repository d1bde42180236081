"""PyTorch at its best: one switch after the other is tried on the work at hand and stays on where it helps."""
import sys
from dataclasses import replace

from torch_settings import half_type
from torch_timing import time_runs

# A switch must gain so much: less is noise.
GAIN = 0.98
WARM_UP, RUNS = 3, 5


def best(make, start, is_step):
    """@returns the fastest work and a line on what was tried"""
    switches = {"channels_last": {"channels_last": True}, f"autocast {half_type()}": {"half": half_type()}}
    if is_step:
        switches["torch.compile"] = {"compiled": True}
    chosen, fastest, tried = start, measure(make(start)), []
    for name, change in switches.items():
        settings = replace(chosen, **change)
        try:
            ms = measure(make(settings))
        except Exception as error:  # a compiler that is not there, an operation that has no such kernel
            print(f"{name}: {error}", file=sys.stderr)
            tried.append(f"{name.removeprefix('torch.')} fails ({type(error).__name__})")
            continue
        tried.append(f"{name} {ms / fastest:.2f}x")
        if ms < GAIN * fastest:
            chosen, fastest = settings, ms
    return make(chosen), f"{chosen.words()} (tried: {', '.join(tried)})"


def measure(work):
    """The best of some runs, milliseconds."""
    time_runs(work.once, WARM_UP)
    return min(time_runs(work.once, 1)["wallMs"] for _ in range(RUNS))
