"""Makes test/fixtures/training/lora-*: LoRA adapters of PEFT on a small Mistral and what PEFT computes with them.

    python make_lora.py [OUTPUT_FOLDER]

Each folder is what save_pretrained writes (adapter_config.json, adapter_model.safetensors), with reference.json (token
ids, losses, gradient norms, settings) and reference.safetensors (logits, gradients, the adapter after five AdamW steps,
merged weights). The base is test/fixtures/model/window, or for experts mixtral-balanced and mixtral-skewed, made by make_models.py.
`lora-experts-separate` has the files of an adapter as transformers 4 had experts, one pair for each linear layer of each
expert, which PEFT converts when it loads them.
"""
import itertools
import json
import pathlib
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

from make_models import ROUTING_MARGIN, TooClose, named

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
STEPS = 5
FIRST_SEED = 5
CLIP_NORM = 0.5
OPTIMISER = {"lr": 3e-3, "betas": (0.9, 0.95), "eps": 1e-8, "weight_decay": 0.1}
VARIANTS = {
    "lora-plain": dict(base="window", r=3, lora_alpha=5, target_modules=["q_proj", "v_proj", "down_proj"]),
    "lora-stabilised": dict(base="window", r=4, lora_alpha=3, use_rslora=True, target_modules=["k_proj", "o_proj", "gate_proj", "up_proj"]),
    # Parameters of experts by name; then experts and routers as they were called before, which PEFT translates.
    "lora-experts": dict(base="mixtral-skewed", r=3, lora_alpha=5, target_modules=["q_proj"],
                         target_parameters=["experts.gate_up_proj", "experts.down_proj"]),
    "lora-experts-joined": dict(base="mixtral-balanced", r=2, lora_alpha=3, use_rslora=True, target_modules=["v_proj", "w1", "w3", "gate"]),
}
SEPARATE = ("lora-experts-separate", "mixtral-balanced", dict(r=2, lora_alpha=3, target_modules=["v_proj", "w1", "w2", "w3"]))


def saved_name(name):
    """PEFT's file names leave out the name of the adapter."""
    return name.replace(".default", "")


def require_clear_routing(model, ids):
    """Of two experts at the edge of being chosen, rounding must not choose otherwise."""
    if model.config.model_type != "mixtral":
        return
    with torch.no_grad():
        routers = model(input_ids=torch.tensor([ids]), output_router_logits=True).router_logits
    k = model.config.num_experts_per_tok
    top = [layer.softmax(-1).sort(-1, descending=True).values for layer in routers]
    margin = min((t[:, k - 1] - t[:, k]).min().item() for t in top)
    if margin < ROUTING_MARGIN:
        raise TooClose(margin)


def load_base(name):
    experts = {"experts_implementation": "eager"} if name.startswith("mixtral") else {}
    return AutoModelForCausalLM.from_pretrained(FIXTURES / "model" / name, attn_implementation="eager", **experts)


def run(model, documents):
    logits, losses, targets = [], [], 0
    for ids in documents:
        out = model(input_ids=torch.tensor([ids])).logits[0]
        require_clear_routing(model, ids)
        logits.append(out)
        losses.append(torch.nn.functional.cross_entropy(out[:-1], torch.tensor(ids[1:]), reduction="sum"))
        targets += len(ids) - 1
    return torch.cat(logits), sum(losses) / targets


def make(name, settings, root, seed):
    folder = root / name
    settings = dict(settings)
    base_name = settings.pop("base")
    base = load_base(base_name)
    unchanged = {n: t.clone() for n, t in named(dict(base.named_parameters())).items()}
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **settings))
    generator = torch.Generator().manual_seed(seed)
    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for parameter in trained.values():
            parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))
    model.peft_config["default"].base_model_name_or_path = f"../../model/{base_name}"
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
    tensors.update({f"merged.{n}": t.detach() for n, t in named(dict(merged.named_parameters())).items() if not torch.equal(t, unchanged[n])})
    record["optimiser"] = {
        "learningRate": OPTIMISER["lr"], "beta1": OPTIMISER["betas"][0], "beta2": OPTIMISER["betas"][1],
        "epsilon": OPTIMISER["eps"], "weightDecay": OPTIMISER["weight_decay"], "clipNorm": CLIP_NORM,
    }
    (folder / "README.md").unlink(missing_ok=True)
    (folder / "reference.json").write_text(json.dumps(record) + "\n")
    save_file({n: t.contiguous().clone() for n, t in tensors.items()}, folder / "reference.safetensors")
    print(name, [s["loss"] for s in record["steps"]])


def make_separate(name, base_name, settings, root, seed):
    """The files of an adapter on the linear layers of each expert, and what PEFT makes of them."""
    folder = root / name
    base = load_base(base_name)
    generator = torch.Generator().manual_seed(seed)
    tensors = {}
    for weight, tensor in named(dict(base.named_parameters())).items():
        if weight.split(".")[-2] in settings["target_modules"]:
            outputs, inputs = tensor.shape
            for which, shape in (("A", (settings["r"], inputs)), ("B", (outputs, settings["r"]))):
                tensors[f"base_model.model.{weight.removesuffix('.weight')}.lora_{which}.weight"] = 0.2 * torch.randn(shape, generator=generator)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "adapter_model.safetensors", {"format": "pt"})
    config = LoraConfig(task_type="CAUSAL_LM", base_model_name_or_path=f"../../model/{base_name}", inference_mode=True, **settings)
    config.save_pretrained(folder)
    model = PeftModel.from_pretrained(base, folder)
    documents = [torch.randint(3, base.config.vocab_size, (13,), generator=generator).tolist() for _ in range(3)]
    logits, loss = run(model, documents)
    (folder / "reference.json").write_text(json.dumps({"documents": documents, "loss": loss.item()}) + "\n")
    save_file({"logits": logits.detach().clone()}, folder / "reference.safetensors")
    print(name, loss.item())


def first_clear(make_one, *arguments):
    """Draws from the first seed with which every routing is clear."""
    for seed in itertools.count(FIRST_SEED):
        try:
            return make_one(*arguments, seed)
        except TooClose:
            pass


def main():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES / "training"
    for name, settings in VARIANTS.items():
        first_clear(make, name, settings, root)
    first_clear(make_separate, *SEPARATE, root)


if __name__ == "__main__":
    main()
