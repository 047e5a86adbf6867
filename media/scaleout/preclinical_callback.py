"""The part of a run that lives inside a Hugging Face Trainer: says what happens, and does what the user asks.

Lines of JSON go to `trainer-events.jsonl`, and requests are read from `request.json`, both in the folder that
PRECLINICAL_TRAINER names; the job beside it turns the lines into the run's own events. A decision is made by rank 0 and
agreed on by all ranks at the end of an update, so that everybody saves, and stops, together.
"""
import json
import math
import os
import signal
import time

import torch
import torch.distributed as dist
from preclinical_sharding import make_whole
from transformers import TrainerCallback

GO_ON, SAVE, SAVE_AND_STOP = 0, 1, 2


def on_rank_zero():
    return not dist.is_initialized() or dist.get_rank() == 0


def agreed(value, device):
    """Rank 0's value, on every rank."""
    if not dist.is_initialized():
        return value
    tensor = torch.tensor([value], device=device)
    dist.broadcast(tensor, 0)
    return int(tensor.item())


class PreclinicalCallback(TrainerCallback):
    """
    Args:
        every_steps: updates between checkpoints; 0 for only at the end.
        every_minutes: most minutes between two checkpoints.
        held_out: per set, its batches: dicts of `input_ids`, `position_ids` and `labels` tensors.
        held_out_every: updates between measurements of the held-out sets.
    """

    def __init__(self, every_steps=0, every_minutes=math.inf, held_out=None, held_out_every=1):
        self.folder = os.environ["PRECLINICAL_TRAINER"]
        self.every_steps, self.every_seconds = every_steps, every_minutes * 60
        self.held_out, self.held_out_every = held_out or {}, held_out_every
        self.parent = os.getppid()
        self.saved_at, self.asked, self.learning_rate = time.monotonic(), None, None
        self.time_is_up = False
        if "PRECLINICAL_START" in os.environ:  # what a job gets that makes room for another
            signal.signal(signal.SIGTERM, lambda *_: setattr(self, "time_is_up", True))

    def say(self, **event):
        if not on_rank_zero():
            return
        event["at"] = time.monotonic()
        plain = {key: str(value) if isinstance(value, float) and not math.isfinite(value) else value for key, value in event.items()}
        with open(os.path.join(self.folder, "trainer-events.jsonl"), "a", encoding="utf-8") as lines:
            lines.write(json.dumps(plain) + "\n")

    def end_torn_line(self):
        """One that was killed may have left half a line, which would swallow the first of this one."""
        path = os.path.join(self.folder, "trainer-events.jsonl")
        if on_rank_zero() and os.path.exists(path) and os.path.getsize(path) > 0:
            with open(path, "rb+") as lines:
                lines.seek(-1, os.SEEK_END)
                if lines.read(1) != b"\n":
                    lines.write(b"\n")

    def request(self):
        """The request that waits, when it is another than the one answered last."""
        try:
            with open(os.path.join(self.folder, "request.json"), encoding="utf-8") as file:
                request = json.load(file)
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        return None if self.asked is not None and request["id"] == self.asked["id"] else request

    def on_train_begin(self, args, state, control, model=None, **kwargs):
        os.makedirs(os.path.join(self.folder, "workers"), exist_ok=True)
        open(os.path.join(self.folder, "workers", str(os.getpid())), "w", encoding="utf-8").close()
        self.end_torn_line()
        self.measure(args, state, model)
        self.say(type="begun", step=state.global_step, totalSteps=state.max_steps, processes=args.world_size,
                 device=str(args.device), attention=getattr(model.config, "_attn_implementation", None))

    def on_pre_optimizer_step(self, args, state, control, optimizer=None, **kwargs):
        self.learning_rate = optimizer.param_groups[0]["lr"]

    def on_step_end(self, args, state, control, model=None, **kwargs):
        last = state.global_step >= state.max_steps
        if state.global_step % self.held_out_every == 0 or last:
            self.measure(args, state, model)
        action = agreed(self.decide(state, last) if on_rank_zero() else GO_ON, args.device)
        control.should_save = action != GO_ON
        control.should_training_stop = control.should_training_stop or action == SAVE_AND_STOP
        return control

    def job_is_gone(self):
        """Whether the job that would bring checkpoints home, or what started this process, has ended without a word."""
        job = os.environ.get("PRECLINICAL_JOB_PROCESS")
        return os.getppid() != self.parent or job is not None and not os.path.exists(f"/proc/{job}") and os.path.exists("/proc/self")

    def is_replaced(self):
        """Whether Slurm has begun this job again elsewhere, taking this node for lost."""
        mine = os.environ.get("PRECLINICAL_START")
        if mine is None:
            return False
        with open(os.path.join(self.folder, "start"), encoding="utf-8") as file:
            return file.read().strip() not in ("", mine)

    def decide(self, state, last):
        if self.is_replaced():
            os._exit(1)  # writes nothing more, here or there
        self.time_is_up = self.time_is_up or os.path.exists(os.path.join(self.folder, "save-and-end"))
        if self.time_is_up or self.job_is_gone():
            return SAVE_AND_STOP
        request = self.request()
        if request is not None:
            self.asked = request
            return SAVE if request["kind"] == "checkpoint" else SAVE_AND_STOP
        due = self.every_steps and state.global_step % self.every_steps == 0
        return SAVE if last or due or time.monotonic() - self.saved_at > self.every_seconds else GO_ON

    def on_save(self, args, state, control, model=None, **kwargs):
        if dist.is_initialized():
            dist.barrier()  # no rank still writes its part
        make_whole(os.path.join(args.output_dir, f"checkpoint-{state.global_step}"), model, on_rank_zero())
        self.saved_at = time.monotonic()
        if on_rank_zero():
            open(os.path.join(args.output_dir, f"checkpoint-{state.global_step}", "complete"), "w", encoding="utf-8").close()
        self.say(type="saved", step=state.global_step, name=f"checkpoint-{state.global_step}",
                 request=self.asked and self.asked["id"])

    def on_log(self, args, state, control, logs=None, model=None, **kwargs):
        if "loss" in logs:
            balance = logs.get("aux_loss")  # TRL's name for that of experts, which is in its loss by its weight
            weighted = 0 if balance is None else balance * model.config.router_aux_loss_coef
            self.say(type="update", step=state.global_step, loss=float(logs["loss"]) - weighted, learningRate=self.learning_rate,
                     gradientNorm=float(logs["grad_norm"]) if "grad_norm" in logs else None, balanceLoss=balance)
            if not math.isfinite(float(logs["loss"])):
                control.should_training_stop = True
        return control

    def on_train_end(self, args, state, control, **kwargs):
        if self.time_is_up and self.asked is None and state.global_step < state.max_steps and on_rank_zero():
            open(os.path.join(self.folder, "unfinished"), "w", encoding="utf-8").close()
        self.say(type="ended", step=state.global_step, totalSteps=state.max_steps)

    @torch.no_grad()
    def measure(self, args, state, model):
        """Nats over the loss-bearing tokens of each held-out set; every rank takes its share of the batches."""
        was_training = model.training
        model.eval()
        for name, batches in self.held_out.items():
            sums = torch.zeros(2, dtype=torch.float64)
            for index in range(args.process_index, math.ceil(len(batches) / args.world_size) * args.world_size, args.world_size):
                batch = {key: value.to(args.device) for key, value in batches[index % len(batches)].items()}
                labels = batch.pop("labels")[:, 1:]
                logits = model(**batch, use_cache=False).logits[:, :-1].float()
                if index < len(batches):  # past the end only so that sharded ranks run the same number of passes
                    nats = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum")
                    sums += torch.tensor([nats.item(), (labels != -100).sum().item()], dtype=torch.float64)
            if dist.is_initialized():
                sums = sums.to(args.device, torch.float32) if args.device.type == "mps" else sums.to(args.device)
                dist.all_reduce(sums)
            self.say(type="heldOut", step=state.global_step, set=name, nats=float(sums[0]), tokens=int(sums[1]))
        model.train(was_training)
