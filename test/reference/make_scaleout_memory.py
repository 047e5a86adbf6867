"""Bytes that PyTorch's autograd keeps for the backward pass of transformers models under bfloat16 autocast, by shape.

    python test/reference/make_scaleout_memory.py > test/fixtures/scaleout/activations.json

Counted on the CPU through saved_tensors_hooks: every storage once, parameters and their bfloat16 copies not.
"""
import json

import torch
from transformers import MistralConfig, MistralForCausalLM, MixtralConfig, MixtralForCausalLM, __version__

SHAPES = [
    dict(layers=1, rows=2, length=60), dict(layers=3, rows=2, length=60), dict(layers=3, rows=4, length=90),
    dict(layers=3, rows=2, length=60, recompute=True), dict(layers=5, rows=2, length=60, recompute=True), dict(layers=2, rows=2, length=60, experts=4),
    dict(layers=4, rows=2, length=60, experts=4), dict(layers=4, rows=2, length=60, experts=8, intermediate=320), dict(layers=4, rows=2, length=60, experts=4, hidden=192),
    dict(layers=4, rows=2, length=60, hidden=192), dict(layers=4, rows=2, length=60, intermediate=320),
]
COMMON = dict(vocab_size=512, hidden_size=128, intermediate_size=448, num_attention_heads=8, num_key_value_heads=2, max_position_embeddings=128, sliding_window=None)


def measure(layers, rows, length, recompute=False, experts=0, intermediate=None, hidden=None):
    torch.manual_seed(0)
    shape = dict(COMMON, num_hidden_layers=layers, attn_implementation="sdpa")
    shape["intermediate_size"], shape["hidden_size"] = intermediate or shape["intermediate_size"], hidden or shape["hidden_size"]
    shape["head_dim"] = 16
    model = MixtralForCausalLM(MixtralConfig(**shape, num_local_experts=experts, num_experts_per_tok=2)) if experts else MistralForCausalLM(MistralConfig(**shape))
    model.train()
    if recompute:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    sizes = {tuple(sorted(parameter.shape)) for parameter in model.parameters() if parameter.dim() > 1}
    kept = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        is_copy = tensor.dtype == torch.bfloat16 and tuple(sorted(tensor.shape)) in sizes
        if storage.data_ptr() not in own and not is_copy:
            kept[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    ids = torch.randint(0, COMMON["vocab_size"], (rows, length))
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor), torch.autocast("cpu", dtype=torch.bfloat16):
        loss = model(input_ids=ids, position_ids=torch.arange(length).repeat(rows, 1), labels=ids, use_cache=False).loss
    total = sum(size for size, _ in kept.values())
    del loss
    return total


print(json.dumps({
    "versions": {"torch": torch.__version__, "transformers": __version__}, "shape": COMMON,
    "kept": [{**shape, "bytes": measure(**shape)} for shape in SHAPES],
}, indent=1))
