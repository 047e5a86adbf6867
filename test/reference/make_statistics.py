"""Writes test/fixtures/evaluate/statistics.json: what scipy and statsmodels say about fixed scores.

    python test/reference/make_statistics.py
"""
import json
import sys
from pathlib import Path

import numpy
import scipy
import statsmodels
from scipy.stats import sem
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

random = numpy.random.default_rng(7)
n = 137
chances = {'a': 0.8, 'b': 0.6, 'c': 0.55, 'd': 0.5}
scores = {name: (random.random(n) < chance).astype(int) for name, chance in chances.items()}
a, b, c, d = (scores[name] for name in 'abcd')
contrast = (a - b) - (c - d)
table = [[int(((a == x) & (b == y)).sum()) for y in (1, 0)] for x in (1, 0)]
skewed = random.exponential(size=40)
resampled = numpy.sort(random.choice(skewed, size=(200_000, 40)).mean(axis=1))
p_values = [0.011, 0.04, 0.2, 0.001, 0.04]

# Two methods over three seeds each and the same items: a method's effect, a seed's effect and an item's difficulty.
difficulty = random.normal(size=90)
def seeds(effect):
    return numpy.array([(random.normal(size=90) * 0.6 + difficulty + effect + random.normal() * 0.25 > 0).astype(int) for _ in range(3)])
first, second = seeds(0.0), seeds(0.5)
def crossed(paired, resamples=20_000):
    means = numpy.empty(resamples)
    for r in range(resamples):
        items = random.integers(90, size=90)
        i = random.integers(3, size=3)
        j = i if paired else random.integers(3, size=3)
        means[r] = second[j][:, items].mean() - first[i][:, items].mean()
    return {'standardError': float(means.std(ddof=1)), 'interval': [float(numpy.quantile(means, q)) for q in (0.025, 0.975)]}
confidence = random.random(400)
right = random.random(400) < confidence ** 1.5
bins = numpy.digitize(confidence, numpy.linspace(0, 1, 16)[1:-1], right=True)
error = sum(abs(right[bins == bin].mean() - confidence[bins == bin].mean()) * (bins == bin).mean() for bin in range(15) if (bins == bin).any())

out = {
    'versions': {'numpy': numpy.__version__, 'scipy': scipy.__version__, 'statsmodels': statsmodels.__version__},
    'scores': {name: values.tolist() for name, values in scores.items()},
    'mean': {'value': float(a.mean()), 'standardError': float(sem(a))},
    'pairedDifference': {'value': float((a - b).mean()), 'standardError': float(sem(a - b))},
    'interaction': {'value': float(contrast.mean()), 'standardError': float(sem(contrast))},
    'wilson': [
        {'successes': k, 'n': m, 'interval': [float(x) for x in proportion_confint(k, m, 0.05, 'wilson')]}
        for k, m in [(0, 10), (10, 10), (3, 10), (57, 100), (641, 1273)]
    ],
    'mcnemar': {'p': float(mcnemar(table, exact=True).pvalue), 'onlyFirst': table[0][1], 'onlySecond': table[1][0]},
    'mcnemarLarge': {
        'onlyFirst': 700, 'onlySecond': 560, 'p': float(mcnemar([[0, 700], [560, 0]], exact=True).pvalue),
    },
    'holm': {'p': p_values, 'adjusted': multipletests(p_values, method='holm')[1].tolist()},
    'bootstrap': {
        'values': skewed.tolist(), 'interval': [float(numpy.quantile(resampled, q)) for q in (0.025, 0.975)],
    },
    'seeds': {
        'first': first.tolist(), 'second': second.tolist(), 'difference': float(second.mean() - first.mean()), 'independent': crossed(False), 'paired': crossed(True),
        'deviation': [float(side.mean(axis=1).std(ddof=1)) for side in (first, second)],
    },
    'calibration': {'confidence': confidence.tolist(), 'right': right.tolist(), 'expectedError': float(error), 'counts': numpy.bincount(bins, minlength=15).tolist()},
}
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / 'fixtures' / 'evaluate'
(folder / 'statistics.json').write_text(json.dumps(out, indent=1) + '\n', encoding='utf-8')
