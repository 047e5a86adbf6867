"""Makes test/fixtures/training/lora-*: LoRA adapters of PEFT on a small Mistral and what PEFT computes with them.

    python make_lora.py [OUTPUT_FOLDER]

Each folder is what save_pretrained writes (adapter_config.json, adapter_model.safetensors), with reference.json (token
ids, losses, gradient norms, settings) and reference.safetensors (logits, gradients, the adapter after five AdamW steps,
merged weights). The base is test/fixtures/model/window, made by make_models.py.
"""
import json
import pathlib
import sys

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from transformers import MistralForCausalLM

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
STEPS = 5
CLIP_NORM = 0.5
OPTIMISER = {"lr": 3e-3, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}
BASE = "../../model/window"
VARIANTS = {
    "lora-plain": dict(r=3, lora_alpha=5, target_modules=["q_proj", "v_proj", "down_proj"]),
    "lora-stabilised": dict(r=4, lora_alpha=3, use_rslora=True, target_modules=["k_proj", "o_proj", "gate_proj", "up_proj"]),
}


def saved_name(name):
    """PEFT's file names leave out the name of the adapter."""
    return name.replace(".default", "")


def run(model, documents):
    logits, losses, targets = [], [], 0
    for ids in documents:
        out = model(input_ids=torch.tensor([ids])).logits[0]
        logits.append(out)
        losses.append(torch.nn.functional.cross_entropy(out[:-1], torch.tensor(ids[1:]), reduction="sum"))
        targets += len(ids) - 1
    return torch.cat(logits), sum(losses) / targets


def make(name, settings, root):
    folder = root / name
    base = MistralForCausalLM.from_pretrained(FIXTURES / "model" / "window", attn_implementation="eager")
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **settings))
    generator = torch.Generator().manual_seed(5)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for parameter in trained.values():
            parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))
    model.peft_config["default"].base_model_name_or_path = BASE
    model.save_pretrained(folder)

    draw = lambda: torch.randint(3, base.config.vocab_size, (13,), generator=generator).tolist()
    documents = [draw() for _ in range(3)]
    logits, loss = run(model, documents)
    loss.backward()
    tensors = {"logits": logits.detach()}
    tensors.update({f"gradient.{saved_name(n)}": p.grad.clone() for n, p in trained.items()})
    record = {"documents": documents, "loss": loss.item(), "steps": []}

    optimiser = torch.optim.AdamW(list(trained.values()), **OPTIMISER)
    for _ in range(STEPS):
        step = [draw() for _ in range(2)]
        optimiser.zero_grad()
        _, loss = run(model, step)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(list(trained.values()), CLIP_NORM)
        optimiser.step()
        record["steps"].append({"documents": step, "loss": loss.item(), "gradientNorm": norm.item()})
    tensors.update({f"after.{saved_name(n)}": p.detach().clone() for n, p in trained.items()})
    merged = model.merge_and_unload()
    tensors.update({f"merged.{n}": p.detach() for n, p in merged.named_parameters()
                    if any(n.endswith(f"{target}.weight") for target in settings["target_modules"])})
    record["optimiser"] = {
        "learningRate": OPTIMISER["lr"], "beta1": OPTIMISER["betas"][0], "beta2": OPTIMISER["betas"][1],
        "epsilon": OPTIMISER["eps"], "weightDecay": OPTIMISER["weight_decay"], "clipNorm": CLIP_NORM,
    }
    (folder / "README.md").unlink(missing_ok=True)
    (folder / "reference.json").write_text(json.dumps(record) + "\n")
    save_file({n: t.contiguous().clone() for n, t in tensors.items()}, folder / "reference.safetensors")
    print(name, [s["loss"] for s in record["steps"]])


def main():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES / "training"
    for name, settings in VARIANTS.items():
        make(name, settings, root)


if __name__ == "__main__":
    main()
