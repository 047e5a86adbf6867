"""Checks a checkpoint folder this project saved against transformers: it opens, and the logits are equal.

    python check_saved_model.py CHECKPOINT_FOLDER LOGITS.json

LOGITS.json is {"ids": [...], "logits": [[...] per token]} as the engine computed them. Exit code 1 when the largest
difference passes 1e-4, when a weight is missing or unexpected, or when generate() does not stop at the end token's id.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM


def main():
    folder, logits_file = sys.argv[1:]
    model, info = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    record = json.load(open(logits_file))
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([record["ids"]])).logits[0]
    difference = (logits - torch.tensor(record["logits"])).abs().max().item()
    problems = {key: sorted(map(str, value)) for key, value in info.items() if value}
    end = json.load(open(f"{folder}/config.json"))["eos_token_id"]
    print(json.dumps({
        "class": type(model).__name__, "largestDifference": difference, "problems": problems,
        "parameters": sum(p.numel() for p in model.parameters()), "generationEnd": model.generation_config.eos_token_id,
    }))
    good = difference < 1e-4 and not problems and model.generation_config.eos_token_id == end
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
