"""Timing: by the host's clock from an idle device to an idle device, and by CUDA's events."""
import time

import torch


def time_runs(once, times):
    if not torch.cuda.is_available():
        before = time.perf_counter()
        for _ in range(times):
            once()
        return {"wallMs": 1000 * (time.perf_counter() - before)}
    begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    torch.cuda.synchronize()
    before = time.perf_counter()
    begin.record()
    for _ in range(times):
        once()
    end.record()
    torch.cuda.synchronize()
    return {"wallMs": 1000 * (time.perf_counter() - before), "deviceMs": begin.elapsed_time(end)}
