"""Times the loglikelihood of lm-evaluation-harness's hf class.

    python harness_time.py CHECKPOINT_FOLDER REQUESTS.json BATCH_SIZE THREADS REPEATS

REQUESTS.json is {name: [[context, continuation], ...]}. Prints {name: {"wallMs", "cpuMs": least times, "logLikelihoods": [...]}}.
"""
import contextlib
import json
import sys
import time

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM


def main():
    folder, file, batch_size, threads, repeats = sys.argv[1:]
    torch.set_num_threads(int(threads))
    with contextlib.redirect_stdout(sys.stderr):
        model = HFLM(pretrained=folder, device='cpu', dtype='float32', batch_size=int(batch_size))
        out = {}
        for name, pairs in json.load(open(file)).items():
            wall, cpu = float('inf'), float('inf')
            for _ in range(int(repeats)):
                requests = [Instance('loglikelihood', {}, tuple(pair), index) for index, pair in enumerate(pairs)]
                start, used = time.perf_counter(), time.process_time()
                results = model.loglikelihood(requests, disable_tqdm=True)
                wall, cpu = min(wall, time.perf_counter() - start), min(cpu, time.process_time() - used)
            out[name] = {'wallMs': wall * 1000, 'cpuMs': cpu * 1000, 'logLikelihoods': [float(result[0]) for result in results]}
    print(json.dumps(out))


if __name__ == '__main__':
    main()
