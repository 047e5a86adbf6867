"""Checks scores this project computed against lm-evaluation-harness on the same checkpoint (pip install lm-eval==0.4.13).

    python check_likelihoods.py CHECKPOINT_FOLDER SCORES.json

SCORES.json is a list of {"context", "continuation", "logLikelihood", "isGreedy"}. Exit code 1 when a sum differs by more
than 1e-4 or a greedy flag differs.
"""
import json
import sys

from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM


def main():
    folder, scores_file = sys.argv[1:]
    scores = json.load(open(scores_file))
    model = HFLM(pretrained=folder, device="cpu", dtype="float32", batch_size=8)
    requests = [Instance("loglikelihood", {}, (s["context"], s["continuation"]), i) for i, s in enumerate(scores)]
    expected = model.loglikelihood(requests, disable_tqdm=True)
    wrong = [(s, e) for s, e in zip(scores, expected) if abs(s["logLikelihood"] - e[0]) > 1e-4 or s["isGreedy"] != e[1]]
    for found, reference in wrong:
        print(json.dumps({"found": found, "reference": reference}))
    largest = max(abs(s["logLikelihood"] - e[0]) for s, e in zip(scores, expected))
    print(f"{len(scores)} requests, {sum(e[1] for e in expected)} greedy, largest difference {largest:.2e}, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
