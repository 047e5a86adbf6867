"""Makes the small random Mistral checkpoints under test/fixtures/model and what transformers computes with them.

    python make_mistral.py [OUTPUT_FOLDER]

Each folder holds a checkpoint (config.json, model.safetensors, generation_config.json) and beside it
reference.json (token ids, losses, gradient norms) and reference.safetensors (logits, gradients, weights after ten
AdamW steps). Rows are documents run one by one through transformers, so packing and padding are checked
against what they must not change. Everything is float32 on the CPU.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import save_file
from transformers import GenerationConfig, MistralConfig, MistralForCausalLM

STEPS = 10
CLIP_NORM = 0.5
OPTIMISER = {"lr": 3e-3, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}

# Sizes share no factor with a SIMD width; head_dim differs from hidden_size / heads in both.
VARIANTS = {
    # Grouped queries, a window shorter than the rows, a head of its own.
    "window": dict(
        vocab_size=61, hidden_size=22, intermediate_size=27, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=6, max_position_embeddings=64, rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, sliding_window=5,
        tie_word_embeddings=False, bos_token_id=1, eos_token_id=2,
    ),
    # Three key/value heads for six, no window, the embedding as head, no BOS.
    "tied": dict(
        vocab_size=53, hidden_size=18, intermediate_size=31, num_hidden_layers=2, num_attention_heads=6,
        num_key_value_heads=3, head_dim=10, max_position_embeddings=48, rms_norm_eps=1e-6,
        rope_parameters={"rope_type": "default", "rope_theta": 1000000.0}, sliding_window=None,
        tie_word_embeddings=True, bos_token_id=None, eos_token_id=0, pad_token_id=0,
    ),
}
# Documents of each row, by length. `plain` and `packed` rows are full; `padded` rows are filled up on the right.
LAYOUTS = {"plain": [[13], [13], [13]], "packed": [[5, 8], [1, 9, 3]], "padded": [[13], [7], [2]]}


def make_model(settings):
    model = MistralForCausalLM._from_config(MistralConfig(**settings), attn_implementation="eager").eval()
    generator = torch.Generator().manual_seed(20240914)
    with torch.no_grad():
        # Larger than a real initialisation, so that attention is far from uniform and norms are not all one.
        for name, parameter in model.named_parameters():
            draw = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.2 * draw if "norm" in name else 0.25 * draw)
    return model


def run_documents(model, documents):
    """Logits of every token of every document, and the loss summed over next-token targets inside documents."""
    logits, losses, targets = [], [], 0
    for ids in documents:
        out = model(input_ids=torch.tensor([ids])).logits[0]
        logits.append(out)
        if len(ids) > 1:
            losses.append(torch.nn.functional.cross_entropy(out[:-1], torch.tensor(ids[1:]), reduction="sum"))
            targets += len(ids) - 1
    return torch.cat(logits), sum(losses) / targets, targets


def make_variant(name, settings, folder):
    folder.mkdir(parents=True, exist_ok=True)
    model = make_model(settings)
    model.generation_config = GenerationConfig.from_model_config(model.config)
    model.save_pretrained(folder)
    generator = torch.Generator().manual_seed(7)
    draw = lambda length: torch.randint(3, settings["vocab_size"], (length,), generator=generator).tolist()
    record = {"layouts": {}, "steps": []}
    tensors = {}

    for layout, rows in LAYOUTS.items():
        documents = [[draw(length) for length in row] for row in rows]
        flat = [ids for row in documents for ids in row]
        model.zero_grad()
        logits, loss, targets = run_documents(model, flat)
        loss.backward()
        record["layouts"][layout] = {"documents": documents, "loss": loss.item(), "targets": targets}
        tensors[f"{layout}.logits"] = logits.detach()
        gradients = {n: p.grad for n, p in model.named_parameters()}
        record["layouts"][layout]["gradientNorms"] = {n: g.norm().item() for n, g in gradients.items()}
        # Every gradient value once for each variant; norms only for the other layouts.
        if layout == ("plain" if name == "window" else "packed"):
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
        _, loss, _ = run_documents(model, documents)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP_NORM)
        optimiser.step()
        record["steps"].append({"documents": documents, "loss": loss.item(), "gradientNorm": norm.item()})
    tensors.update({f"after.{n}": p.detach() for n, p in parameters.items()})

    record["optimiser"] = {
        "learningRate": OPTIMISER["lr"], "beta1": OPTIMISER["betas"][0], "beta2": OPTIMISER["betas"][1],
        "epsilon": OPTIMISER["eps"], "weightDecay": OPTIMISER["weight_decay"], "clipNorm": CLIP_NORM,
    }
    record["versions"] = {"torch": torch.__version__.split("+")[0], "transformers": __import__("transformers").__version__}
    (folder / "reference.json").write_text(json.dumps(record) + "\n")
    save_file({n: t.contiguous().clone() for n, t in tensors.items()}, folder / "reference.safetensors")
    print(name, sum(p.numel() for p in parameters.values()), "parameters", "losses", [s["loss"] for s in record["steps"]],
          "norms", [s["gradientNorm"] for s in record["steps"]])


def main():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    default = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "model"
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for name, settings in VARIANTS.items():
        make_variant(name, settings, root / name)


if __name__ == "__main__":
    main()
