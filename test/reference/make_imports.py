"""Logs of other trainers, written by those programs themselves: small folders that test/unit/engine/scaleout/logs.test.ts reads.

    python test/reference/make_imports.py FOLDER      # needs torch, tensorboard, wandb, mlflow-skinny, transformers

Nothing leaves the machine. Paths, host and user names that the programs record are replaced by neutral ones of their own settings.
"""
import json
import math
import os
import shutil
import sys

os.environ.update(WANDB_MODE="offline", WANDB_SILENT="true", WANDB_DISABLE_GIT="true", WANDB_DISABLE_CODE="true", WANDB__DISABLE_STATS="true", WANDB__DISABLE_META="true",
                  WANDB_CONSOLE="off", WANDB_HOST="host", WANDB_USERNAME="user", MLFLOW_TRACKING_USERNAME="user", LOGNAME="user", MLFLOW_ALLOW_FILE_STORE="true", MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")

LOSSES = [4.5, 4.25, 4.0, 3.75, 3.5, 3.25]
target = os.path.abspath(sys.argv[1])
shutil.rmtree(target, ignore_errors=True)
os.makedirs(target)


def rates(step):
    return 1e-3 * step / len(LOSSES)


def tensorboard():
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(os.path.join(target, "tensorboard"), filename_suffix=".fixture") as writer:
        for step, loss in enumerate(LOSSES, 1):
            writer.add_scalar("train/loss", loss, step)
            writer.add_scalar("train/learning_rate", rates(step), step)
        writer.add_scalar("eval/loss", 3.125, 6)
        writer.add_scalar("train/grad_norm", math.nan, 6)
        writer.add_text("note", "no number")
        writer.add_histogram("weights", __import__("numpy").arange(8), 1)
    [file] = os.listdir(os.path.join(target, "tensorboard"))
    os.rename(os.path.join(target, "tensorboard", file), os.path.join(target, "tensorboard", "events.out.tfevents.1795434985.host.1.0"))


def wandb():
    import wandb as client

    folder = os.path.join(target, "wandb-parent")
    os.makedirs(folder)
    run = client.init(dir=folder, project="clinical", name="continued", config={"learning_rate": 1e-3, "model": "tiny"}, settings=client.Settings(
        host="host", username="user", x_disable_stats=True, x_disable_meta=True, console="off", disable_git=True, disable_code=True, save_code=False, root_dir=folder, program="train.py", program_relpath="train.py"))
    for step, loss in enumerate(LOSSES, 1):
        run.log({"train/loss": loss, "train/learning_rate": rates(step), "train/global_step": step, **({"eval/loss": 3.125} if step == 6 else {})}, step=step)
    run.finish()
    offline = next(name for name in os.listdir(os.path.join(folder, "wandb")) if name.startswith("offline-run"))
    os.makedirs(os.path.join(target, "wandb"))
    for name in os.listdir(os.path.join(folder, "wandb", offline)):
        if name.endswith(".wandb"):
            shutil.copy(os.path.join(folder, "wandb", offline, name), os.path.join(target, "wandb", "run-fixture.wandb"))
    shutil.rmtree(folder)


def mlflow():
    import mlflow as client

    os.chdir(target)
    client.set_tracking_uri("file:" + os.path.join(target, "mlruns"))
    client.set_experiment("clinical")
    with client.start_run(run_name="continued"):
        client.log_param("learning_rate", 1e-3)
        for step, loss in enumerate(LOSSES, 1):
            client.log_metric("loss", loss, step=step)
            client.log_metric("learning_rate", rates(step), step=step)
        client.log_metric("eval_loss", 3.125, step=6)
    for folder, folders, _ in os.walk(os.path.join(target, "mlruns")):
        for name in ("tags", "0"):  # names of this machine and of its Git, and the experiment nobody used
            if name in folders:
                shutil.rmtree(os.path.join(folder, name))
                folders.remove(name)
    for folder, _, names in os.walk(os.path.join(target, "mlruns")):
        for name in names:
            if name == "meta.yaml":
                file = os.path.join(folder, name)
                with open(file, encoding="utf-8") as meta:
                    text = meta.read().replace(target, "/project").replace(os.environ.get("USER", "root"), "user").replace("root", "user")
                with open(file, "w", encoding="utf-8") as meta:
                    meta.write(text)


def trainer():
    from transformers.trainer_callback import TrainerState

    folder = os.path.join(target, "trainer", "checkpoint-6")
    os.makedirs(folder)
    history = [{"epoch": step / 6, "grad_norm": 1.0 if step < 6 else math.nan, "learning_rate": rates(step), "loss": loss, "step": step} for step, loss in enumerate(LOSSES, 1)]
    state = TrainerState(epoch=1.0, global_step=6, max_steps=12, logging_steps=1, num_input_tokens_seen=6144, log_history=[*history, {"epoch": 1.0, "eval_loss": 3.125, "eval_runtime": 0.5, "step": 6}])
    state.save_to_json(os.path.join(folder, "trainer_state.json"))


def llama_factory():
    """Keys and order as in LLaMA-Factory's LogCallback, which leaves out what is not known."""
    os.makedirs(os.path.join(target, "llama-factory"))
    with open(os.path.join(target, "llama-factory", "trainer_log.jsonl"), "w", encoding="utf-8") as file:
        for step, loss in enumerate(LOSSES, 1):
            file.write(json.dumps({"current_steps": step, "total_steps": 12, "loss": loss, "lr": rates(step), "epoch": step / 6, "percentage": round(step / 12 * 100, 2),
                                   "elapsed_time": f"0:00:0{step}", "remaining_time": "0:00:06", "throughput": 1024.0, "total_tokens": 1024 * step}) + "\n")
        file.write(json.dumps({"current_steps": 6, "total_steps": 12, "eval_loss": 3.125, "epoch": 1.0, "percentage": 50.0, "elapsed_time": "0:00:07", "remaining_time": "0:00:07"}) + "\n")


for make in (tensorboard, wandb, mlflow, trainer, llama_factory):
    make()
