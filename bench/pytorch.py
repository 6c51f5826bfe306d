"""PyTorch's side of `npm run bench:peers`: eager, one thread, forward and backward.

Reads one JSON command a line and answers with one line of JSON:
  {"prepare": case}  loads the case's data, checks nothing, computes once; answers {"value", "grads": {name: file}} or {"missing": why}
  {"run": ms}        takes samples for about that long; answers {"samples": [ms a call, ...]}
Alone, `python3 pytorch.py` prints the versions as JSON and ends with its input.
"""

import ctypes
import json
import sys
import time

import torch

from pytorch_losses import losses

torch.set_num_threads(1)
BATCH_MS = 0.5


class Case:
    """One loss on one set of data."""

    def __init__(self, case):
        self.leaves = case["grads"]
        shape = (case["rows"], case["width"]) if case["width"] > 1 else (case["rows"],)
        self.inputs = {name: self.load(case, name, spec, shape) for name, spec in case["inputs"].items()}
        self.loss = losses[case["variant"]]
        self.calls = 1

    def load(self, case, name, spec, shape):
        dtype = torch.int32 if spec["type"] == "int32" else torch.float32
        data = torch.from_file(spec["file"], shared=False, size=spec["length"], dtype=dtype).clone()
        if dtype == torch.int32:
            return data.long()
        if data.numel() != case["rows"] or case["width"] == 1:
            data = data.reshape(shape)
        return data.requires_grad_(name in self.leaves)

    def step(self):
        """What a training step does: fresh gradients, the loss, its gradients."""
        for name in self.leaves:
            self.inputs[name].grad = None
        loss = self.loss(*self.inputs.values())
        loss.backward()
        return loss

    def batch(self):
        begin = time.perf_counter()
        for _ in range(self.calls):
            self.step()
        return (time.perf_counter() - begin) * 1000

    def warm(self):
        """Doubles the calls of a batch until it is long enough for the clock."""
        end = time.perf_counter() + 0.1
        while (last := self.batch()) < BATCH_MS or time.perf_counter() < end:
            if last < BATCH_MS:
                self.calls *= 2
        return last

    def run(self, ms):
        end = time.perf_counter() + ms / 1000
        samples = []
        while not samples or time.perf_counter() < end:
            samples.append(self.batch() / self.calls)
        return samples


def prepare(case):
    if case["variant"] not in losses:
        return None, {"missing": "not in PyTorch"}
    current = Case(case)
    value = current.step().item()
    files = {}
    for name in current.leaves:
        files[name] = f"{case['folder']}/{case['peer']}.{name}.bin"
        with open(files[name], "wb") as file:
            # A clone: a gradient may be a view of a larger one.
            grad = current.inputs[name].grad.clone(memory_format=torch.contiguous_format)
            file.write(ctypes.string_at(grad.data_ptr(), grad.numel() * grad.element_size()))
    current.warm()
    return current, {"value": value, "grads": files}


def main():
    print(json.dumps({"version": torch.__version__, "isa": torch.backends.cpu.get_cpu_capability()}), flush=True)
    current = None
    for line in sys.stdin:
        command = json.loads(line)
        try:
            if "prepare" in command:
                current, answer = prepare(command["prepare"])
            else:
                answer = {"samples": current.run(command["run"])}
        except (RuntimeError, TypeError, ValueError) as error:
            answer = {"missing": str(error)}
        print(json.dumps(answer), flush=True)


main()
