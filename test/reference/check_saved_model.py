"""Checks checkpoint folders this project saved against transformers: each opens as the class it names, and the logits and a
greedy continuation are equal.

    python check_saved_model.py CHECKPOINT_FOLDER...

Each folder holds beside the checkpoint expected.json, {"ids": [...], "logits": [[...] per token], "parameters": N,
"continuation": [...]}, as the engine computed them. One line of JSON is printed for each, with what is wrong: a largest
difference of logits beyond 1e-4, a weight missing or unexpected, another continuation, another end of generation. Exit code
1 when anything is. Of a folder with an adapter, which PEFT opens beside its base, the logits are compared.
"""
import json
import os
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM


def check(folder):
    expected = json.load(open(f"{folder}/expected.json"))
    config = json.load(open(f"{folder}/config.json"))
    # The grouped products of experts want sizes that are multiples of 16 bytes; the plain ones take any.
    options = {"experts_implementation": "eager"} if config["model_type"] == "mixtral" else {}
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True, **options)
    ids = torch.tensor([expected["ids"]])
    count = len(expected["continuation"])
    with torch.no_grad():
        difference = (model(input_ids=ids).logits[0] - torch.tensor(expected["logits"])).abs().max().item()
        generated = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=count, min_new_tokens=count, do_sample=False, pad_token_id=0)
    found = {
        "architectures": [type(model).__name__], "parameters": sum(p.numel() for p in model.parameters()),
        "continuation": generated[0, ids.shape[1]:].tolist(), "generationEnd": model.generation_config.eos_token_id,
    }
    wanted = {**{key: expected[key] for key in ("parameters", "continuation")}, "architectures": config["architectures"],
              "generationEnd": config["eos_token_id"]}
    problems = {key: sorted(map(str, value)) for key, value in info.items() if value}
    problems.update({key: {"found": found[key], "expected": value} for key, value in wanted.items() if found[key] != value})
    if not difference < 1e-4:
        problems["logits"] = difference
    return {"folder": folder, "largestDifference": difference, "problems": problems}


def check_adapter(folder):
    expected = json.load(open(f"{folder}/expected.json"))
    base = os.path.normpath(os.path.join(folder, json.load(open(f"{folder}/adapter_config.json"))["base_model_name_or_path"]))
    model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager"), folder)
    with torch.no_grad():
        difference = (model(input_ids=torch.tensor([expected["ids"]])).logits[0] - torch.tensor(expected["logits"])).abs().max().item()
    return {"folder": folder, "largestDifference": difference, "problems": {} if difference < 1e-4 else {"logits": difference}}


def main():
    results = [(check_adapter if os.path.exists(f"{folder}/adapter_config.json") else check)(folder) for folder in sys.argv[1:]]
    for result in results:
        print(json.dumps(result))
    sys.exit(1 if any(result["problems"] for result in results) else 0)


if __name__ == "__main__":
    main()
