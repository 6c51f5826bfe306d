"""The losses in PyTorch: torch.nn.functional's own where it has one, else the usual composition."""

import math

import torch
import torch.nn.functional as F


def log_cosh(pred, target):
    d = pred - target
    return (d + F.softplus(-2 * d) - math.log(2)).mean()


def binary_focal(p, y):
    pt = torch.where(y > 0.5, p, 1 - p)
    return -((1 - pt).square() * pt.log()).mean()


def binary_focal_with_logits(z, y):
    """torchvision's sigmoid_focal_loss, without alpha."""
    p = torch.sigmoid(z)
    pt = p * y + (1 - p) * (1 - y)
    return (F.binary_cross_entropy_with_logits(z, y, reduction="none") * (1 - pt) ** 2).mean()


def focal(z, labels):
    log_p = F.log_softmax(z, dim=1).gather(1, labels[:, None]).squeeze(1)
    return -((1 - log_p.exp()) ** 2 * log_p).mean()


def multiclass_hinge(z, labels):
    """Crammer-Singer; PyTorch's own multi_margin_loss is another loss."""
    right = z.gather(1, labels[:, None]).squeeze(1)
    other = z.scatter(1, labels[:, None], -math.inf).amax(1)
    return F.relu(1 - right + other).mean()


def gaussian_nll(mean, target, logVar):
    return (0.5 * (logVar + (target - mean).square() * (-logVar).exp())).mean()


def gaussian_kl(mu, logVar):
    return (0.5 * (mu.square() + logVar.exp() - 1 - logVar)).sum(1).mean()


def elbo(recon, target, mu, logVar):
    data = F.binary_cross_entropy_with_logits(recon, target, reduction="sum") / recon.shape[0]
    return data + gaussian_kl(mu, logVar)


def ctc(z, labels):
    rows, steps, _ = z.shape
    spelt = labels.reshape(rows, -1)
    lengths = [torch.full((rows,), n) for n in (steps, spelt.shape[1])]
    return F.ctc_loss(F.log_softmax(z.transpose(0, 1), dim=2), spelt, *lengths, reduction="sum") / rows


def contrastive(z1, z2, y):
    d = F.pairwise_distance(z1, z2, eps=0)
    return (y * d.square() + (1 - y) * F.relu(1 - d).square()).mean()


def triplet(anchor, positive, negative):
    near = (anchor - positive).square().sum(1)
    far = (anchor - negative).square().sum(1)
    return F.relu(near - far + 1).mean()


def triplet_cosine(anchor, positive, negative):
    near = F.cosine_similarity(anchor, positive)
    far = F.cosine_similarity(anchor, negative)
    return F.relu(far - near + 1).mean()


def nt_xent(za, zb):
    n = za.shape[0]
    z = F.normalize(torch.cat([za, zb]), dim=1)
    scores = (z @ z.T / 0.5).masked_fill(torch.eye(2 * n, dtype=torch.bool), -math.inf)
    pairs = torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    return F.cross_entropy(scores, pairs)


def info_nce(queries, keys):
    scores = F.normalize(queries, dim=1) @ F.normalize(keys, dim=1).T / 0.07
    return F.cross_entropy(scores, torch.arange(queries.shape[0]))


def sig_lip(za, zb):
    n = za.shape[0]
    x = 10 * F.normalize(za, dim=1) @ F.normalize(zb, dim=1).T - 10
    return -F.logsigmoid((2 * torch.eye(n) - 1) * x).sum() / n


def sup_con(z, labels):
    n = z.shape[0]
    u, itself = F.normalize(z, dim=1), torch.eye(n, dtype=torch.bool)
    log_p = F.log_softmax((u @ u.T / 0.1).masked_fill(itself, -math.inf), dim=1)
    same = (labels[:, None] == labels) & ~itself
    count = same.sum(1)
    losses = -log_p.masked_fill(~same, 0).sum(1) / count.clamp(min=1)
    return losses.sum() / (count > 0).sum()


def linear_cross_entropy(hidden, weight, bias, labels):
    return F.cross_entropy(F.linear(hidden, weight, bias), labels)


losses = {
    "mse": lambda pred, target: F.mse_loss(pred, target),
    "mae": lambda pred, target: F.l1_loss(pred, target),
    "huber": lambda pred, target: F.huber_loss(pred, target),
    "smoothL1": lambda pred, target: F.smooth_l1_loss(pred, target),
    "logCosh": log_cosh,
    "hinge": lambda f, y: F.relu(1 - y * f).mean(),
    "squaredHinge": lambda f, y: F.relu(1 - y * f).square().mean(),
    "binaryCrossEntropy": lambda p, y: F.binary_cross_entropy(p, y),
    "binaryCrossEntropyWithLogits": lambda z, y: F.binary_cross_entropy_with_logits(z, y),
    "binaryFocal": binary_focal,
    "binaryFocalWithLogits": binary_focal_with_logits,
    "gaussianNll": gaussian_nll,
    "l1": lambda theta: theta.abs().sum(),
    "l2": lambda theta: theta.square().sum(),
    "elasticNet": lambda theta: 0.5 * theta.abs().sum() + 0.25 * theta.square().sum(),
    "crossEntropy": lambda z, labels: F.cross_entropy(z, labels),
    "crossEntropy-smoothed": lambda z, labels: F.cross_entropy(z, labels, label_smoothing=0.1),
    "crossEntropy-dense": lambda z, target: F.cross_entropy(z, target),
    "categoricalCrossEntropy": lambda p, labels: F.nll_loss(p.log(), labels),
    "nll": lambda logp, labels: F.nll_loss(logp, labels),
    "focal": focal,
    "multiclassHinge": multiclass_hinge,
    "klDivergence": lambda q, p: F.kl_div(q.log(), p, reduction="batchmean"),
    "klDivergence-logits": lambda q, p: F.kl_div(F.log_softmax(q, dim=1), p, reduction="batchmean"),
    "entropy": lambda p: torch.special.entr(p).sum(1).mean(),
    "gaussianKl": gaussian_kl,
    "elbo": elbo,
    "contrastive": contrastive,
    "ctc": ctc,
    "triplet": triplet,
    "triplet-cosine": triplet_cosine,
    "ntXent": nt_xent,
    "cosineEmbedding": lambda z1, z2, target: F.cosine_embedding_loss(z1, z2, target),
    "infoNce": info_nce,
    "sigLip": sig_lip,
    "supCon": sup_con,
    "linearCrossEntropy": linear_cross_entropy,
    "linearCrossEntropy-weight": linear_cross_entropy,
}
