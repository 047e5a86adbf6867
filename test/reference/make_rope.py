"""Makes test/fixtures/model/rope: what transformers computes with each kind of scaled rotary positions.

    python make_rope.py [OUTPUT_FOLDER]

`model.safetensors` holds the weights of one tiny Llama; `rope.json` the config.json it has in each case, in the spelling of
transformers 4 or 5, and token ids of sequences on both sides of the lengths where frequencies change; `reference.safetensors`
the logits of their last tokens, and the frequencies that configurations of well-known models give. Everything is float32
on the CPU.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, CONFIG_MAPPING

LAST = 4
SHAPE = dict(
    model_type="llama", vocab_size=29, hidden_size=16, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2,
    num_key_value_heads=1, head_dim=8, max_position_embeddings=24, rms_norm_eps=1e-5, eos_token_id=2,
)
SHORT = [1.0, 1.1, 1.3, 1.7]
LONG = [1.0, 2.0, 5.0, 9.0]
CASES = {
    "default, transformers 4": {"rope_theta": 500.0},
    "default, transformers 5": {"rope_parameters": {"rope_type": "default", "rope_theta": 500.0}},
    "linear, transformers 4": {"rope_theta": 500.0, "rope_scaling": {"type": "linear", "factor": 2.5}},
    "linear, transformers 5": {"rope_parameters": {"rope_type": "linear", "rope_theta": 700.0, "factor": 4.0}},
    "dynamic": {"rope_theta": 500.0, "rope_scaling": {"rope_type": "dynamic", "factor": 3.0}},
    "yarn": {"rope_scaling": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}},
    "yarn, its ramp and attention factor given": {"rope_parameters": {
        "rope_type": "yarn", "rope_theta": 300.0, "factor": 2.0, "original_max_position_embeddings": 12, "beta_fast": 2.0,
        "beta_slow": 0.5, "truncate": False, "attention_factor": 0.9}},
    "yarn, mscale": {"rope_parameters": {
        "rope_type": "yarn", "rope_theta": 300.0, "factor": 6.0, "original_max_position_embeddings": 12, "mscale": 1.0,
        "mscale_all_dim": 0.4}},
    "yarn, factor from the lengths": {"rope_scaling": {"type": "yarn", "factor": None, "original_max_position_embeddings": 6}},
    "longrope": {"original_max_position_embeddings": 16, "rope_scaling": {"type": "longrope", "short_factor": SHORT, "long_factor": LONG}},
    "longrope, factors given": {"rope_parameters": {
        "rope_type": "longrope", "rope_theta": 500.0, "factor": 8.0, "attention_factor": 1.3, "original_max_position_embeddings": 20,
        "short_factor": SHORT, "long_factor": LONG}},
    "llama3": {"rope_theta": 300.0, "rope_scaling": {
        "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 20}},
}
LENGTHS = [12, 22, 40]

# Published configurations, by what they name.
KNOWN = {
    "Mistral-7B-v0.1": dict(model_type="mistral", hidden_size=4096, num_attention_heads=32, max_position_embeddings=32768, rope_theta=10000.0),
    "Mixtral-8x7B-v0.1": dict(model_type="mixtral", hidden_size=4096, num_attention_heads=32, max_position_embeddings=32768),
    "Llama-3.1-8B": dict(
        model_type="llama", hidden_size=4096, num_attention_heads=32, max_position_embeddings=131072, rope_theta=500000.0,
        rope_scaling={"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
                      "rope_type": "llama3"}),
    "Yarn-Llama-2-7b-128k": dict(
        model_type="llama", hidden_size=4096, num_attention_heads=32, max_position_embeddings=131072,
        rope_scaling={"factor": 32.0, "original_max_position_embeddings": 4096, "type": "yarn"}),
}


def main():
    default = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "model" / "rope"
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(11)
    sequences = [torch.randint(3, SHAPE["vocab_size"], (length,), generator=generator).tolist() for length in LENGTHS]
    weights, tensors, cases, frequencies = None, {}, [], []
    for index, (name, change) in enumerate(CASES.items()):
        config = {**SHAPE, **change}
        # Frequencies may be left over from a longer sequence, so each has a model of its own.
        for length, ids in zip(LENGTHS, sequences):
            model = AutoModelForCausalLM.from_config(from_dict(config), attn_implementation="eager").eval()
            if weights is None:
                with torch.no_grad():
                    weights = {n: torch.randn(p.shape, generator=generator) * (0.2 if "norm" in n else 0.4) + (1 if "norm" in n else 0)
                               for n, p in model.named_parameters()}
            model.load_state_dict(weights)
            with torch.no_grad():
                tensors[f"{index}.{length}"] = model(input_ids=torch.tensor([ids])).logits[0, -LAST:].contiguous()
        cases.append({"name": name, "config": config})
    for name, config in KNOWN.items():
        rotary = rotary_of(from_dict({**config, "num_hidden_layers": 1, "intermediate_size": 8, "vocab_size": 8, "num_local_experts": 1}))
        tensors[f"frequencies.{name}"] = rotary.inv_freq
        frequencies.append({"name": name, "config": config, "attentionFactor": rotary.attention_scaling})
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    save_file({n: t.clone() for n, t in tensors.items()}, folder / "reference.safetensors")
    record = {"last": LAST, "sequences": sequences, "cases": cases, "known": frequencies}
    (folder / "rope.json").write_text(json.dumps(record, indent=1) + "\n")


def from_dict(config):
    """As from_pretrained reads a config.json."""
    return CONFIG_MAPPING[config["model_type"]].from_dict(json.loads(json.dumps(config)))


def rotary_of(config):
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    return type(model.model.rotary_emb)(config)


if __name__ == "__main__":
    main()
