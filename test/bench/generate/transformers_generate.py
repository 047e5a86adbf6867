"""Times transformers' generate, greedy, on a checkpoint.

    python transformers_generate.py CHECKPOINT_FOLDER PROMPTS.json NEW_TOKENS THREADS REPEATS

PROMPTS.json is {name: [[token ids of one length], ...]}. Prints {name: {"wallMs", "cpuMs": least times, "ids": [...]}}.
"""
import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM


def main():
    folder, file, new_tokens, threads, repeats = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.eval()
    out = {}
    for name, prompts in json.load(open(file)).items():
        ids = torch.tensor(prompts)
        wall, cpu = float('inf'), float('inf')
        for _ in range(int(repeats)):
            start, used = time.perf_counter(), time.process_time()
            with torch.inference_mode():
                made = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=int(new_tokens), min_new_tokens=int(new_tokens), eos_token_id=None, pad_token_id=0)
            wall, cpu = min(wall, time.perf_counter() - start), min(cpu, time.process_time() - used)
        out[name] = {'wallMs': wall * 1000, 'cpuMs': cpu * 1000, 'ids': made[:, ids.shape[1]:].tolist()}
    print(json.dumps(out))


if __name__ == '__main__':
    main()
