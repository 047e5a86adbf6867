"""Our callback and our rows as a plugin of Axolotl: `plugins: [preclinical_axolotl.PreclinicalPlugin]`.

Axolotl reads its own keys from `axolotl.yaml`; what is ours is in `preclinical.json` beside it. The plugin hands over the
rows in the order of the run, the collator that keeps documents of a row apart, the learning rate of each update, and the
callback that reports and obeys.
"""
import json
import os

import numpy as np
import torch
from axolotl.common.datasets import TrainDatasetMeta
from axolotl.integrations.base import BasePlugin
from datasets import load_dataset
from preclinical_callback import PreclinicalCallback
from preclinical_rows import Collator
from preclinical_sharding import shard_on_cpu_too


def without_gpus():
    """Axolotl asks whether GPUs reach each other before it looks whether there are any; older torch knows a device `cpu`, and no `cpu:0`."""
    torch.cuda.can_device_access_peer = lambda *_: True
    torch.serialization.register_package(0, lambda storage: None, lambda storage, place: storage if place.startswith("cpu:") else None)


class PreclinicalPlugin(BasePlugin):
    def __init__(self):
        super().__init__()
        self.folder = os.environ["PRECLINICAL_TRAINER"]
        with open(os.path.join(self.folder, "preclinical.json"), encoding="utf-8") as file:
            self.rows = json.load(file)
        shard_on_cpu_too()
        if not torch.cuda.is_available():
            without_gpus()

    def path(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        return load_dataset("parquet", data_files=self.path(name), split="train", cache_dir=os.environ.get("HF_DATASETS_CACHE"))

    def load_datasets(self, cfg, preprocess=False):
        if not torch.cuda.is_available():
            cfg.device_map = None
        order = np.fromfile(self.path(self.rows["order"]), dtype="<i4")
        return TrainDatasetMeta(train_dataset=self.read(self.rows["rows"]).select(order), eval_dataset=None, total_num_steps=cfg.max_steps)

    def get_collator_cls_and_kwargs(self, cfg, is_eval=False):
        return OurCollator, {"pad_id": self.rows["pad_id"]}

    def create_lr_scheduler(self, cfg, trainer, optimizer, num_training_steps):
        rates = np.fromfile(self.path(self.rows["learning_rates"]), dtype="<f8").tolist()
        return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rates[min(step, len(rates) - 1)] / cfg.learning_rate)

    def get_training_args(self, cfg):
        return {"average_tokens_across_devices": True}  # else each process's mean counts the same, however many tokens it has

    def add_callbacks_post_trainer(self, cfg, trainer):
        # Axolotl takes the means of micro-batches to their mean; here every loss-bearing token of an update weighs the same.
        trainer.model_accepts_loss_kwargs = True
        collator = Collator(self.rows["pad_id"])
        held_out = {name: [collator([row]) for row in self.read(f"heldout-{name}.parquet")] for name in self.rows["held_out"]}
        return [PreclinicalCallback(self.rows["checkpoint_every_steps"], self.rows["checkpoint_every_minutes"], held_out, self.rows["held_out_every"])]


class OurCollator(Collator):
    """Axolotl gives every collator its tokenizer first."""

    def __init__(self, _tokenizer=None, pad_id=0, **_others):
        super().__init__(pad_id)
