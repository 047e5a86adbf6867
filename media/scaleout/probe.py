"""Says, as one line of JSON, what this Python has for training: versions, devices, and the settings its engine knows.

    probe.py FOLDER [ENGINE [FILE ...]]      FILEs are what must be seen from here
"""
import dataclasses
import importlib.metadata
import json
import os
import platform
import shutil
import sys
import time

PACKAGES = ("torch", "transformers", "trl", "accelerate", "datasets", "peft", "numpy", "deepspeed", "axolotl", "flash-attn", "bitsandbytes")


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


found = {"python": platform.python_version(), "executable": sys.executable, "packages": {name: version(name) for name in PACKAGES}}
try:
    import torch

    found["gpus"] = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    found["gpuBytes"] = [torch.cuda.get_device_properties(index).total_memory for index in range(torch.cuda.device_count())]
except Exception as error:
    found["torchError"] = str(error)
try:
    from trl import ModelConfig, SFTConfig

    found["trlSettings"] = sorted({field.name for kind in (SFTConfig, ModelConfig) for field in dataclasses.fields(kind)})
except Exception as error:
    found["trlError"] = str(error)
if "axolotl" in sys.argv[2:3]:
    try:
        from axolotl.utils.schemas.config import AxolotlInputConfig

        found["axolotlSettings"] = sorted(AxolotlInputConfig.model_fields)
    except Exception as error:
        found["axolotlError"] = str(error)
found["freeBytes"] = shutil.disk_usage(sys.argv[1] if len(sys.argv) > 1 else ".").free
found["now"] = time.time()
found["loginNode"] = shutil.which("sbatch") is not None and "SLURM_JOB_ID" not in os.environ
found["missing"] = [name for name in sys.argv[3:] if not os.path.exists(name)]
print(json.dumps(found))
