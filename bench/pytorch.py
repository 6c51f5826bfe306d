"""PyTorch's side of `npm run bench:peers`: eager, one thread, forward and backward."""

import ctypes

import torch

from pytorch_losses import losses
from serving import Timed, file_of, serve

torch.set_num_threads(1)


class Case(Timed):
    """One loss on one set of data."""

    def __init__(self, case):
        self.leaves = case["grads"]
        self.inputs = {name: self.load(case, name, spec) for name, spec in case["inputs"].items()}
        self.loss = losses[case["variant"]]

    def load(self, case, name, spec):
        dtype = torch.int32 if spec["type"] == "int32" else torch.float32
        data = torch.from_file(spec["file"], shared=False, size=spec["length"], dtype=dtype).clone()
        if dtype == torch.int32:
            return data.long()
        return data.reshape(self.shape(case, name, data)).requires_grad_(name in self.leaves)

    @staticmethod
    def shape(case, name, data):
        if name in case.get("shapes", {}):
            return case["shapes"][name]
        rows, width, steps = case["rows"], case["width"], case.get("steps", 1)
        if steps > 1 and data.numel() == rows * steps * width:
            return (rows, steps, width)
        # One number a row, or a row of them.
        return (rows,) if width == 1 or data.numel() == rows else (rows, width)

    def step(self):
        """What a training step does: fresh gradients, the loss, its gradients."""
        for name in self.leaves:
            self.inputs[name].grad = None
        loss = self.loss(*self.inputs.values())
        loss.backward()
        return loss


def prepare(case):
    if case["variant"] not in losses:
        return None, {"missing": "not in PyTorch"}
    current = Case(case)
    value = current.step().item()
    files = {name: file_of(case, name) for name in current.leaves}
    for name, path in files.items():
        with open(path, "wb") as file:
            # A clone: a gradient may be a view of a larger one.
            grad = current.inputs[name].grad.clone(memory_format=torch.contiguous_format)
            file.write(ctypes.string_at(grad.data_ptr(), grad.numel() * grad.element_size()))
    current.warm()
    return current, {"value": value, "grads": files}


serve({"version": torch.__version__, "isa": torch.backends.cpu.get_cpu_capability()}, prepare)
