"""The cases that losses of lists share: rows, groups of any lengths, weights, and numbers at the ends of the range."""

from .arith import NAN
from .case import Case


def list_case(dtype, note, scores, relevance, width=None, smooth=True, weight=None, reduction='mean', **options):
    return Case(dtype, note, {'scores': scores, 'relevance': relevance}, width=width, options=options, smooth=smooth,
                weight=weight, reduction=reduction)


def common(dtype, rng, relevance):
    """`relevance` draws n of them."""
    def draw(n, width=None, spread=1.5, **more):
        return dict(scores=rng.normals(n, spread), relevance=relevance(n), width=width, **more)

    def case(note, **more):
        return list_case(dtype, note, **more)

    for n, k in ((1, 1), (3, 2), (4, 3), (2, 5), (3, 8), (1, 17), (2, 33), (1, 70)):
        yield from case('ordinary', **draw(n * k, k)).reduced('mean', 'none')
    for groups in ([3, 2], [1, 4, 2], [0, 3], [2, 0, 5, 1], [20, 3, 33]):
        weight = [rng.choice([0.5, 1.0, 2.0]) for _ in groups]
        yield from case('groups', **draw(sum(groups), groups=groups)).reduced('mean', 'sum', 'none')
        yield from case('groups-weighted', **draw(sum(groups), groups=groups, weight=weight)).reduced('mean', 'none')
    yield case('no-elements', scores=[], relevance=[], groups=[0, 0], smooth=False)
    for reduction in ('mean', 'sum', 'none'):
        yield case('weights', **draw(12, 3, weight=[1.0, 0.25, 3.0, 0.0], reduction=reduction))
        x = draw(12, 4, weight=[1.5, 0.0, 0.5], reduction=reduction)
        x['scores'][4:8] = [NAN] * 4
        x['relevance'][4:8] = [-1.0, NAN, 3.0, 1.0]
        yield case('weight-0-skips', **x)
        yield case('all-weights-0', **{**x, 'weight': [0.0] * 3})
    for note, name in (('nan', 'scores'), ('nan-relevance', 'relevance')):
        x = draw(9, 3, smooth=False)
        x['relevance'][3:6] = [2.0, 1.0, 0.0]
        x[name][4] = NAN
        yield from case(note, **x).reduced('mean', 'none')
    yield case('equal', scores=[0.25] * 8, relevance=relevance(8), width=4)
    yield case('tiny', scores=rng.wides(8, -110, -90), relevance=relevance(8), width=4, smooth=False)
    yield case('1e4', scores=[rng.choice([1e4, -1e4, 0.0, 5e3]) for _ in range(10)], relevance=relevance(10), width=5, smooth=False)
