"""scikit-learn's side of `npm run bench:peers`, one thread: what `LogisticRegression` computes in each step of its solver, the loss of a linear
model and its gradient in weight and bias. It is private there, so that another version may call it otherwise."""

import numpy as np
import sklearn
from sklearn._loss import HalfMultinomialLoss
from sklearn.linear_model._linear_loss import LinearModelLoss

from serving import Timed, file_of, serve


class Case(Timed):
    """A linear layer with cross-entropy on one set of data."""

    def __init__(self, case):
        arrays = {name: np.fromfile(spec["file"], dtype=spec["type"]) for name, spec in case["inputs"].items()}
        hidden, weight = (arrays[name].reshape(case["shapes"][name]) for name in ("hidden", "weight"))
        self.x = hidden
        # As its solver has them: the bias beside the weight, and columns that lie together.
        self.coef = np.asfortranarray(np.column_stack([weight, arrays["bias"]]))
        self.y = arrays["labels"].astype(np.float32)
        self.model = LinearModelLoss(HalfMultinomialLoss(n_classes=case["width"]), fit_intercept=True)

    def step(self):
        return self.model.loss_gradient(self.coef, self.x, self.y, n_threads=1)


def prepare(case):
    if case["variant"] != "linearCrossEntropy-weight":
        return None, {"missing": "not in scikit-learn"}
    current = Case(case)
    value, gradient = current.step()
    parts = {"weight": gradient[:, :-1], "bias": gradient[:, -1]}
    files = {name: file_of(case, name) for name in case["grads"]}
    for name, file in files.items():
        np.ascontiguousarray(parts[name], dtype=np.float32).tofile(file)
    current.warm()
    return current, {"value": float(value), "grads": files}


serve({"version": sklearn.__version__}, prepare)
