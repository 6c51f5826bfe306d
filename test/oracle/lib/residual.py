"""What losses of a residual return."""

from .arith import Sample, Term


def of_residual(value, grad, hess):
    return Sample(Term(value), {'pred': Term(grad)}, {'pred': hess if isinstance(hess, Term) else Term(hess)})
