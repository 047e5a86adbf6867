"""Says, as one line of JSON, what this Python has for training: versions, devices, and the settings its TRL knows."""
import dataclasses
import importlib.metadata
import json
import platform
import shutil
import sys

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
if "axolotl" in sys.argv[2:]:
    try:
        from axolotl.utils.schemas.config import AxolotlInputConfig

        found["axolotlSettings"] = sorted(AxolotlInputConfig.model_fields)
    except Exception as error:
        found["axolotlError"] = str(error)
found["freeBytes"] = shutil.disk_usage(sys.argv[1] if len(sys.argv) > 1 else ".").free
print(json.dumps(found))
