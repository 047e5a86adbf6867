"""Rows that are already token ids, as batches."""
import torch


class Collator:
    """Pads on the right. No attention mask: positions that start again tell documents of a row apart."""

    def __init__(self, pad_id):
        self.fill = {"input_ids": pad_id, "labels": -100}

    def __call__(self, examples):
        longest = max(len(example["input_ids"]) for example in examples)
        return {key: torch.stack([self.padded(key, example[key], longest) for example in examples]) for key in ("input_ids", "position_ids", "labels")}

    def padded(self, key, values, longest):
        values = torch.tensor(values)
        missing = longest - len(values)
        tail = torch.full((missing,), self.fill[key]) if key in self.fill else torch.arange(missing) + values[-1] + 1
        return torch.cat([values, tail])
