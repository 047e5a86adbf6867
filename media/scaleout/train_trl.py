"""Trains with TRL's SFTTrainer on rows that are already token ids, in the order of the embedded engine.

    torchrun ... train_trl.py --config trl.yaml

`trl.yaml` holds TRL's own keys (SFTConfig, ModelConfig) and those of `Rows` below. `trl sft` is not used because it takes no
checkpoint to resume from and tokenises text itself.
"""
import json
import os
from dataclasses import dataclass, field

import numpy as np
import torch
from datasets import load_dataset
from peft import PeftModel, prepare_model_for_kbit_training
from preclinical_callback import PreclinicalCallback
from preclinical_rows import Collator
from preclinical_sharding import meet_on_cpu_too, shard_on_cpu_too
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import ModelConfig, SFTConfig, SFTTrainer, TrlParser, get_quantization_config


@dataclass
class Rows:
    """What is learnt, and what is measured; paths are relative to the folder of the configuration."""

    rows: str = field(metadata={"help": "Parquet of the training rows: input_ids, position_ids, labels."})
    order: str = field(metadata={"help": "Row of each place of the run, little-endian int32."})
    learning_rates: str = field(metadata={"help": "Learning rate of each update, little-endian float64."})
    adapter: str = field(default="", metadata={"help": "Folder of the LoRA adapter that is trained; the weights are then frozen."})
    held_out: str = field(default="", metadata={"help": "Names of the held-out sets, comma-separated; heldout-NAME.parquet each."})
    held_out_every: int = field(default=1, metadata={"help": "Updates between measurements of the held-out sets."})
    checkpoint_every_steps: int = field(default=0, metadata={"help": "Updates between checkpoints; 0 for only at the end."})
    checkpoint_every_minutes: float = field(default=5.0, metadata={"help": "Most minutes between checkpoints."})


class Trainer(SFTTrainer):
    """With the learning rate of each update read from the run's table."""

    rates = []

    def create_scheduler(self, num_training_steps, optimizer=None):
        if self.lr_scheduler is None:
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(
                optimizer or self.optimizer, lambda step: self.rates[min(step, len(self.rates) - 1)] / self.args.learning_rate)
        return self.lr_scheduler


def load(model_config, training):
    quantisation = get_quantization_config(model_config)
    model = AutoModelForCausalLM.from_pretrained(
        model_config.model_name_or_path, dtype=getattr(torch, model_config.dtype), attn_implementation=model_config.attn_implementation,
        **({} if quantisation is None else {"quantization_config": quantisation, "device_map": {"": training.device}}))
    if quantisation is not None and not training.fsdp:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=training.gradient_checkpointing)
    return model


def main():
    shard_on_cpu_too()
    training, model_config, rows = TrlParser((SFTConfig, ModelConfig, Rows)).parse_args_and_config()
    read = lambda name: load_dataset("parquet", data_files=name, split="train", cache_dir=os.environ.get("HF_DATASETS_CACHE"))
    if training.deepspeed and training.device.type == "cpu":
        meet_on_cpu_too()
    tokenizer = AutoTokenizer.from_pretrained(model_config.model_name_or_path)
    model = load(model_config, training)
    if rows.adapter:
        model = PeftModel.from_pretrained(model, rows.adapter, is_trainable=True)
    with open(os.path.join(model_config.model_name_or_path, "config.json"), encoding="utf-8") as file:
        pad_id = json.load(file).get("pad_token_id") or 0
    collator = Collator(pad_id)
    names = [name for name in rows.held_out.split(",") if name]
    held_out = {name: [collator([row]) for row in read(f"heldout-{name}.parquet")] for name in names}
    trainer = Trainer(
        model=model, args=training, processing_class=tokenizer, data_collator=collator,
        train_dataset=read(rows.rows).select(np.fromfile(rows.order, dtype="<i4")),
        callbacks=[PreclinicalCallback(rows.checkpoint_every_steps, rows.checkpoint_every_minutes, held_out, rows.held_out_every)],
    )
    trainer.rates = np.fromfile(rows.learning_rates, dtype="<f8").tolist()
    trainer.train(resume_from_checkpoint=training.resume_from_checkpoint)


if __name__ == "__main__":
    main()
