"""Makes test/fixtures/training: what transformers' Trainer does that our training must do too.

    python make_training.py [OUTPUT_FOLDER]

schedules.json: the learning rate before every update of get_scheduler's schedules, as fractions of the peak.
decay-groups.json: which parameters HF's Trainer (and TRL's, which is one) decays, for a small model of each family.
packing.json: which examples TRL's best-fit-decreasing packing puts together, in its order.
neftune.json: the bound of the noise transformers' own NEFTune hook adds, for padded batches.
"""
import json
import pathlib
import sys
import tempfile

import torch
from datasets import Dataset
from transformers import (LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, MixtralConfig,
                          MixtralForCausalLM, Trainer, TrainingArguments, get_scheduler)
from transformers.integrations.neftune import neftune_post_forward_hook
from trl import pack_dataset

TOTAL = 60
SCHEDULES = {
    "constant_with_warmup": dict(name="constant_with_warmup", warmup=7),
    "cosine": dict(name="cosine", warmup=7),
    "cosine without warm-up": dict(name="cosine", warmup=0),
    "cosine_with_min_lr": dict(name="cosine_with_min_lr", warmup=7, specific={"min_lr_rate": 0.1}),
    "linear": dict(name="linear", warmup=7),
    **{f"warmup_stable_decay {shape}": dict(
        name="warmup_stable_decay", warmup=7,
        specific={"num_decay_steps": 13, "decay_type": shape, "min_lr_ratio": 0.1},
    ) for shape in ("cosine", "linear", "1-sqrt")},
}
SIZES = dict(vocab_size=32, hidden_size=16, intermediate_size=24, num_hidden_layers=1, num_attention_heads=4, num_key_value_heads=2)
FAMILIES = {
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SIZES)),
    "llama with biases": lambda: LlamaForCausalLM(LlamaConfig(**SIZES, attention_bias=True, mlp_bias=True)),
    "mixtral": lambda: MixtralForCausalLM(MixtralConfig(**SIZES, num_local_experts=4)),
}


def learning_rates(name, warmup, specific=None):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = get_scheduler(name, optimiser, num_warmup_steps=warmup, num_training_steps=TOTAL, scheduler_specific_kwargs=specific)
    rates = []
    for _ in range(TOTAL):
        rates.append(scheduler.get_last_lr()[0])
        optimiser.step()
        scheduler.step()
    return {"warmupSteps": warmup, "totalSteps": TOTAL, "rates": rates}


def decay_groups(model):
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(model, TrainingArguments(folder, report_to=[], use_cpu=True))
        decayed = set(trainer.get_decay_parameter_names(model))
    return {name: {"shape": list(p.shape), "decays": name in decayed} for name, p in model.named_parameters()}


def packing(seed, count, capacity):
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, capacity + 1, (count,), generator=generator).tolist()
    packed = pack_dataset(Dataset.from_dict({"input_ids": [[i] * n for i, n in enumerate(lengths)]}), capacity, strategy="bfd")
    bins = [list(dict.fromkeys(row)) for row in packed["input_ids"]]
    return {"lengths": lengths, "capacity": capacity, "bins": bins}


def neftune_bound(alpha, length, size):
    """Largest absolute noise over a batch of two rows that transformers' hook adds to embeddings of zero."""
    module = torch.nn.Embedding(3, size)
    module.neftune_noise_alpha = alpha
    torch.manual_seed(1)
    noise = neftune_post_forward_hook(module.train(), None, torch.zeros(2, length, size))
    quiet = neftune_post_forward_hook(module.eval(), None, torch.zeros(2, length, size))
    return {"alpha": alpha, "length": length, "size": size, "largest": noise.abs().max().item(),
            "standardDeviation": noise.std(correction=0).item(), "inEvaluation": quiet.abs().max().item()}


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "training"
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    root.mkdir(parents=True, exist_ok=True)
    write = lambda name, value: (root / name).write_text(json.dumps(value) + "\n")
    write("schedules.json", {label: learning_rates(s["name"], s["warmup"], s.get("specific")) for label, s in SCHEDULES.items()})
    write("decay-groups.json", {family: decay_groups(make()) for family, make in FAMILIES.items()})
    write("packing.json", [packing(1, 40, 64), packing(2, 200, 100), packing(3, 60, 7)])
    write("neftune.json", [neftune_bound(5, 300, 64), neftune_bound(15, 100, 128)])


if __name__ == "__main__":
    main()
