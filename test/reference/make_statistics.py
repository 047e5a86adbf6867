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
}
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / 'fixtures' / 'evaluate'
(folder / 'statistics.json').write_text(json.dumps(out, indent=1) + '\n', encoding='utf-8')
