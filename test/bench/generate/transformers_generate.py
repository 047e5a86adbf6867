"""Times transformers' generate, greedy, on a checkpoint.

    python transformers_generate.py CHECKPOINT_FOLDER PROMPTS.json NEW_TOKENS THREADS

PROMPTS.json is {name: [[token ids of one length], ...]}. Reads names, a line each, and answers each with a line
{"wallMs", "cpuMs"} of generating from those prompts once.
"""
import json
import sys
import time

import torch
from transformers import AutoModelForCausalLM


def main():
    folder, file, new_tokens, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    model.eval()
    prompts = {name: torch.tensor(rows) for name, rows in json.load(open(file)).items()}
    for name in sys.stdin:
        ids = prompts[name.strip()]
        start, used = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=int(new_tokens), min_new_tokens=int(new_tokens), eos_token_id=None, pad_token_id=0)
        print(json.dumps({'wallMs': (time.perf_counter() - start) * 1000, 'cpuMs': (time.process_time() - used) * 1000}), flush=True)


if __name__ == '__main__':
    main()
