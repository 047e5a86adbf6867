"""Writes test/fixtures/math/python-random.json: what Python's random.Random(seed).sample draws, one stream a case.

    python3 test/reference/make_random.py
"""
import json
import random
import sys
from pathlib import Path

# seed, then (population, count) of each draw of one stream: both of CPython's ways to draw, and the borders between them.
cases = [
    (1234, [(10, 5)] * 30),
    (1234, [(1000, 5)] * 300),
    (1234, [(21, 5), (22, 5), (21, 6), (22, 6), (85, 6), (86, 6), (277, 6), (85, 21), (86, 21), (87, 22), (277, 22), (278, 22)]),
    (1234, [(182822, 6)] * 20),
    (0, [(1, 1), (2, 1), (4, 4), (5, 0), (300, 100), (1024, 64)]),
    (42, [(10178, 11)] * 10),
    (2**32 - 1, [(50, 3)] * 3),
    (2**32 + 5, [(50, 3)] * 3),
    (2**53 - 1, [(50, 3)] * 3),
]


def main():
    out = []
    for seed, draws in cases:
        stream = random.Random(seed)
        out.append({'seed': seed, 'draws': [{'population': n, 'drawn': stream.sample(range(n), k)} for n, k in draws]})
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / 'fixtures' / 'math'
    (folder / 'python-random.json').write_text(json.dumps(out, separators=(',', ':')) + '\n')


if __name__ == '__main__':
    main()
