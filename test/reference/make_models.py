"""Makes the small random Mistral, Llama and Mixtral checkpoints under test/fixtures/model and what transformers computes
with them.

    python make_models.py [OUTPUT_FOLDER]

Each folder holds a checkpoint (config.json, model.safetensors, generation_config.json) and beside it
reference.json (token ids, losses, gradient norms) and reference.safetensors (logits, gradients, weights after ten
AdamW steps). The loss of a Mixtral is cross-entropy plus its weight times the load-balance loss over all documents of
the batch. Rows are documents run one by one through transformers, so packing and padding are checked
against what they must not change. Everything is float32 on the CPU.
"""
import itertools
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, CONFIG_MAPPING, GenerationConfig
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

STEPS = 10
CLIP_NORM = 0.5
OPTIMISER = {"lr": 3e-3, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}

# Sizes share no factor with a SIMD width; head_dim differs from hidden_size / heads in both.
VARIANTS = {
    # Grouped queries, a window shorter than the rows, a head of its own. Here and in `tied` the padding token stands in the
    # texts as well: its row of the embedding is not learnt through lookups, only as a row of the tied head.
    "window": dict(
        vocab_size=61, hidden_size=22, intermediate_size=27, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=6, max_position_embeddings=64, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, sliding_window=5,
        tie_word_embeddings=False, bos_token_id=1, eos_token_id=2, pad_token_id=35,
    ),
    # Three key/value heads for six, no window, the embedding as head, no BOS.
    "tied": dict(
        vocab_size=53, hidden_size=18, intermediate_size=31, num_hidden_layers=2, num_attention_heads=6,
        num_key_value_heads=3, head_dim=10, max_position_embeddings=48, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, sliding_window=None,
        tie_word_embeddings=True, bos_token_id=None, eos_token_id=0, pad_token_id=7,
    ),
    # Biases everywhere Llama may have them, as many key/value heads as heads, Llama 3's rotary positions.
    "llama": dict(
        model_type="llama", vocab_size=37, hidden_size=15, intermediate_size=19, num_hidden_layers=2, num_attention_heads=3,
        num_key_value_heads=3, head_dim=6, max_position_embeddings=64, rms_norm_eps=1e-5, attention_bias=True, mlp_bias=True,
        hidden_act="silu", tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
        rope_parameters={"rope_type": "llama3", "rope_theta": 1000.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
                         "original_max_position_embeddings": 16},
    ),
    # Loads as they come, a window, the embedding as head.
    "mixtral-balanced": dict(
        model_type="mixtral", vocab_size=37, hidden_size=14, intermediate_size=11, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=6, max_position_embeddings=64, rms_norm_eps=1e-5, sliding_window=6,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, num_local_experts=4, num_experts_per_tok=2,
        router_aux_loss_coef=0.02, tie_word_embeddings=True, bos_token_id=1, eos_token_id=2,
    ),
    # Routers that send nearly everything to the first experts and nothing to the last, and a balance loss that matters.
    "mixtral-skewed": dict(
        model_type="mixtral", vocab_size=37, hidden_size=14, intermediate_size=11, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=1, head_dim=4, max_position_embeddings=64, rms_norm_eps=1e-5, sliding_window=None,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, num_local_experts=5, num_experts_per_tok=2,
        router_aux_loss_coef=0.5, tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
    ),
}
# Of two experts at the edge of being chosen: closer in probability than this, rounding might choose otherwise. Documents
# are drawn from the first seed with which none are.
ROUTING_MARGIN = 5e-5
FIRST_SEED = 7
# Documents of each row, by length. `plain` and `packed` rows are full; `padded` rows are filled up on the right.
LAYOUTS = {"plain": [[13], [13], [13]], "packed": [[5, 8], [1, 9, 3]], "padded": [[13], [7], [2]]}


def make_model(name, settings):
    settings = dict(settings)
    config = CONFIG_MAPPING[settings.pop("model_type", "mistral")](**settings)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", experts_implementation="eager").eval()
    generator = torch.Generator().manual_seed(20240914)
    with torch.no_grad():
        # Larger than a real initialisation, so that attention is far from uniform and norms are not all one.
        for parameter_name, parameter in model.named_parameters():
            draw = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.2 * draw if "norm" in parameter_name else 0.25 * draw)
            if parameter_name.endswith("mlp.gate.weight") and name == "mixtral-skewed":
                parameter.copy_(0.25 * draw)
                parameter[:, 0] += torch.tensor([1.5, 1.0, 0.3, -1.0, -3.0])
            if parameter_name == "model.embed_tokens.weight" and name == "mixtral-skewed":
                parameter[:, 0] += 3  # a feature every token has, for the routers to go by
    return model


def classic_names(name, tensor):
    """A parameter of transformers 5, which holds all experts in two tensors, under the names of its checkpoints."""
    name = name.replace(".mlp.gate.weight", ".block_sparse_moe.gate.weight")
    if ".mlp.experts." not in name:
        return {name: tensor}
    prefix = name.split(".mlp.experts.")[0] + ".block_sparse_moe.experts"
    if name.endswith("down_proj"):
        return {f"{prefix}.{e}.w2.weight": t for e, t in enumerate(tensor)}
    half = tensor.shape[1] // 2
    return {f"{prefix}.{e}.{w}.weight": part for e, t in enumerate(tensor) for w, part in (("w1", t[:half]), ("w3", t[half:]))}


def named(tensors):
    return {n: t for name, tensor in tensors.items() for n, t in classic_names(name, tensor).items()}


class TooClose(Exception):
    """Two experts were so nearly equal that another rounding might choose the other one."""


def run_documents(model, documents):
    """Logits of every token of every document, and the loss summed over next-token targets inside documents."""
    logits, losses, targets, routers = [], [], 0, []
    is_mixture = model.config.model_type == "mixtral"
    for ids in documents:
        result = model(input_ids=torch.tensor([ids]), **({"output_router_logits": True} if is_mixture else {}))
        out = result.logits[0]
        logits.append(out)
        if is_mixture:
            routers.append(result.router_logits)
        if len(ids) > 1:
            losses.append(torch.nn.functional.cross_entropy(out[:-1], torch.tensor(ids[1:]), reduction="sum"))
            targets += len(ids) - 1
    balance, loads = None, None
    if is_mixture:
        config = model.config
        layers = tuple(torch.cat(layer) for layer in zip(*routers))
        balance = load_balancing_loss_func(layers, config.num_local_experts, config.num_experts_per_tok)
        top = [layer.softmax(-1).sort(-1, descending=True) for layer in layers]
        margin = min((t.values[:, config.num_experts_per_tok - 1] - t.values[:, config.num_experts_per_tok]).min().item() for t in top)
        if margin < ROUTING_MARGIN:
            raise TooClose(margin)
        loads = [t.indices[:, : config.num_experts_per_tok].flatten().bincount(minlength=config.num_local_experts).tolist() for t in top]
    return torch.cat(logits), sum(losses) / targets, targets, balance, loads


def whole_loss(model, loss, balance):
    return loss if balance is None else loss + model.config.router_aux_loss_coef * balance


def make_variant(name, settings, folder, seed):
    folder.mkdir(parents=True, exist_ok=True)
    model = make_model(name, settings)
    model.generation_config = GenerationConfig.from_model_config(model.config)
    model.save_pretrained(folder)
    generator = torch.Generator().manual_seed(seed)
    draw = lambda length: torch.randint(3, settings["vocab_size"], (length,), generator=generator).tolist()
    record = {"layouts": {}, "steps": []}
    tensors = {}

    for layout, rows in LAYOUTS.items():
        documents = [[draw(length) for length in row] for row in rows]
        flat = [ids for row in documents for ids in row]
        model.zero_grad()
        logits, loss, targets, balance, loads = run_documents(model, flat)
        whole_loss(model, loss, balance).backward()
        record["layouts"][layout] = {"documents": documents, "loss": loss.item(), "targets": targets}
        if balance is not None:
            record["layouts"][layout].update({"balanceLoss": balance.item(), "loads": loads})
        tensors[f"{layout}.logits"] = logits.detach()
        gradients = named({n: p.grad for n, p in model.named_parameters()})
        record["layouts"][layout]["gradientNorms"] = {n: g.norm().item() for n, g in gradients.items()}
        # Every gradient value once for each variant; norms only for the other layouts.
        if layout == ("plain" if name in ("window", "llama") else "packed"):
            record["gradientLayout"] = layout
            tensors.update({f"gradient.{n}": g.detach().clone() for n, g in gradients.items()})

    prompt = draw(6)
    with torch.no_grad():
        generated = model.generate(torch.tensor([prompt]), attention_mask=torch.ones(1, 6), max_new_tokens=30,
                                   do_sample=False, eos_token_id=-1, pad_token_id=0)
    record["greedy"] = {"prompt": prompt, "continuation": generated[0, 6:].tolist()}

    parameters = dict(model.named_parameters())
    optimiser = torch.optim.AdamW([
        {"params": [p for n, p in parameters.items() if p.dim() > 1]},
        {"params": [p for n, p in parameters.items() if p.dim() == 1], "weight_decay": 0.0},
    ], **OPTIMISER)
    for _ in range(STEPS):
        documents = [draw(13) for _ in range(2)]
        optimiser.zero_grad()
        _, loss, _, balance, _ = run_documents(model, documents)
        whole_loss(model, loss, balance).backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)
        optimiser.step()
        record["steps"].append({"documents": documents, "loss": loss.item(), "gradientNorm": norm.item()})
    tensors.update({f"after.{n}": p.detach() for n, p in named(parameters).items()})

    record["optimiser"] = {
        "learningRate": OPTIMISER["lr"], "beta1": OPTIMISER["betas"][0], "beta2": OPTIMISER["betas"][1],
        "epsilon": OPTIMISER["eps"], "weightDecay": OPTIMISER["weight_decay"], "clipNorm": CLIP_NORM,
    }
    record["versions"] = {"torch": torch.__version__.split("+")[0], "transformers": __import__("transformers").__version__}
    (folder / "reference.json").write_text(json.dumps(record) + "\n")
    save_file({n: t.contiguous().clone() for n, t in tensors.items()}, folder / "reference.safetensors")
    print(name, sum(p.numel() for p in parameters.values()), "parameters", "losses", [s["loss"] for s in record["steps"]],
          "norms", [s["gradientNorm"] for s in record["steps"]], [layout.get("loads") for layout in record["layouts"].values()])


def main():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    default = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "model"
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for name, settings in VARIANTS.items():
        for seed in itertools.count(FIRST_SEED):
            try:
                make_variant(name, settings, root / name, seed)
                break
            except TooClose as margin:
                print(name, "seed", seed, "chooses experts by", margin)


if __name__ == "__main__":
    main()
