"""Makes test/fixtures/training/balance.json: gradients of a Mixtral's loss with its load-balance loss, over two micro-batches
at once and accumulated by transformers' Trainer.

    python make_balance.py [OUTPUT_FOLDER]

The model is test/fixtures/model/mixtral-skewed with its weight of the balance loss. `large` has both micro-batches in one
forward pass; `trainer` is what Trainer hands its optimiser with gradient_accumulation_steps=2. Trainer divides the
cross-entropy by the tokens of the update and adds each micro-batch's own balance loss whole, so that its weight grows with
the number of micro-batches; `expectedTrainer` computes that by hand. Norms of gradients, by the names of checkpoints.
"""
import json
import pathlib
import sys
import tempfile

import torch
from transformers import AutoModelForCausalLM, Trainer, TrainingArguments
from transformers.models.mixtral.modeling_mixtral import load_balancing_loss_func

from make_models import named

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
ROWS, LENGTH, MICRO_BATCHES = 2, 13, 2


def load():
    model = AutoModelForCausalLM.from_pretrained(FIXTURES / "model" / "mixtral-skewed", attn_implementation="eager", experts_implementation="eager")
    model.config.output_router_logits = True
    return model


def norms(model):
    return {n: g.norm().item() for n, g in named({n: p.grad for n, p in model.named_parameters()}).items()}


class KeepsGradients(Trainer):
    """Notes the accumulated gradients where the optimiser would use them."""

    def create_optimizer(self, *_):
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.0)
        step = self.optimizer.step

        def noting(*arguments, **named_arguments):
            self.found = norms(self.model)
            return step(*arguments, **named_arguments)

        self.optimizer.step = noting
        return self.optimizer


def by_trainer(documents):
    rows = [{"input_ids": ids, "labels": ids} for ids in documents]
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, per_device_train_batch_size=ROWS, gradient_accumulation_steps=MICRO_BATCHES, max_steps=1, max_grad_norm=0.0, use_cpu=True,
            report_to=[], save_strategy="no", logging_strategy="no", disable_tqdm=True, train_sampling_strategy="sequential", lr_scheduler_type="constant")
        trainer = KeepsGradients(model=load(), args=arguments, train_dataset=rows)
        trainer.train()
        return trainer.found


def by_hand(documents, whole_balance):
    """Cross-entropy over all rows, and the balance loss of all rows or of each micro-batch added up."""
    model = load()
    parts = [documents] if whole_balance else [documents[i:i + ROWS] for i in range(0, len(documents), ROWS)]
    targets = len(documents) * (LENGTH - 1)
    for part in parts:
        ids = torch.tensor(part)
        out = model(input_ids=ids)
        loss = torch.nn.functional.cross_entropy(out.logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten(), reduction="sum") / targets
        balance = load_balancing_loss_func(out.router_logits, model.config.num_local_experts, model.config.num_experts_per_tok)
        (loss + model.config.router_aux_loss_coef * balance).backward()
    return norms(model)


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES / "training"
    generator = torch.Generator().manual_seed(11)
    documents = [torch.randint(3, 37, (LENGTH,), generator=generator).tolist() for _ in range(ROWS * MICRO_BATCHES)]
    record = {"documents": documents, "large": by_hand(documents, True), "trainer": by_trainer(documents), "expectedTrainer": by_hand(documents, False)}
    (folder / "balance.json").write_text(json.dumps(record) + "\n")
    router = "model.layers.0.block_sparse_moe.gate.weight"
    print({key: record[key][router] for key in ("large", "trainer", "expectedTrainer")})


if __name__ == "__main__":
    main()
