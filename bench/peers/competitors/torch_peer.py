"""PyTorch as a competitor: answers the comparison's questions (protocol.ts), a JSON line each, until its input ends.

    python3 torch_peer.py pytorch|pytorch-tf32|pytorch-amp|pytorch-best

Needs torch and nothing else; it computes on CUDA where that is there, and on the CPU otherwise.
"""
import json
import os
import sys
import time
import traceback

# What libraries print must not come between the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


class Peer:
    def __init__(self, name):
        import torch
        from torch_settings import greeting, settings_of

        self.torch, self.settings, self.greeting = torch, settings_of(name), greeting
        self.work = None

    def hello(self, _):
        return self.greeting(self.settings)

    def prepare(self, question):
        from torch_best import best
        from torch_layers import Layer
        from torch_step import Step
        from torch_tensors import read_tensors

        self.work = None
        inputs, spec = read_tensors(question["inputs"]), question["work"]
        kind = Step if spec["kind"] == "step" else Layer
        make = lambda settings: kind(spec, inputs, settings)
        if self.settings.name == "pytorch-best":
            self.work, how = best(make, self.settings, spec["kind"] == "step")
        else:
            self.work, how = make(self.settings), self.settings.words()
        return {"how": how, "precision": self.work.settings.precision()}

    def check(self, question):
        from torch_tensors import write_tensors

        before = time.perf_counter()
        results = self.work.results()
        first = 1000 * (time.perf_counter() - before)
        write_tensors(question["results"], results)
        return {"firstMs": first}

    def time(self, question):
        from torch_timing import time_runs

        return time_runs(self.work.once, question["times"])

    def free(self, _):
        self.work = None
        if self.torch.cuda.is_available():
            self.torch.cuda.empty_cache()
        return None


def main(name):
    peer = None
    for line in sys.stdin:
        try:
            peer = peer or Peer(name)
            question = json.loads(line)
            said = {"ok": getattr(peer, question["ask"])(question)}
        except Exception as error:
            traceback.print_exc()
            said = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
        answers.write(json.dumps(said) + "\n")
        answers.flush()


main(sys.argv[1])
