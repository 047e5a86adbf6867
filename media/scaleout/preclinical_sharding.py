"""What weights that are shared out between processes need beyond what Accelerate does: FSDP2 and DeepSpeed on a CPU, and whole
weights in float32 beside the parts of a checkpoint."""
import glob
import os
import shutil

from safetensors.torch import load_file


def shard_on_cpu_too():
    """Accelerate takes FSDP and DeepSpeed on accelerators only, and elsewhere forgets them without a word; both work between gloo processes."""
    from accelerate.state import AcceleratorState, PartialState
    from accelerate.utils import DistributedType

    begin = AcceleratorState.__init__

    def begin_sharded(self, *args, fsdp_plugin=None, deepspeed_plugin=None, **others):
        begin(self, *args, fsdp_plugin=fsdp_plugin, deepspeed_plugin=deepspeed_plugin, **others)
        if self.distributed_type != DistributedType.MULTI_CPU:
            return
        if fsdp_plugin is not None:
            self.distributed_type = PartialState._shared_state["distributed_type"] = DistributedType.FSDP
            self.fsdp_plugin = fsdp_plugin
        elif deepspeed_plugin is not None:
            self.distributed_type = PartialState._shared_state["distributed_type"] = DistributedType.DEEPSPEED
            deepspeed_plugin.set_mixed_precision(self._mixed_precision)
            deepspeed_plugin.select(_from_accelerator_state=True)
            self.deepspeed_plugins = deepspeed_plugin

    AcceleratorState.__init__ = begin_sharded


def meet_on_cpu_too():
    """DeepSpeed counts processes by its own view of them, which Accelerate opens on accelerators only. Called when they have met."""
    from deepspeed import comm

    comm.init_distributed("gloo", auto_mpi_discovery=False)


def make_whole(folder, model, on_rank_zero):
    """Puts a checkpoint's parts together as a model of the Hugging Face layout, with the names that its family has in files, which for
    experts are others than in memory. Called by all ranks, when each has written its part."""
    parts = os.path.join(folder, "pytorch_model_fsdp_0")
    stages = glob.glob(os.path.join(folder, "global_step*"))
    if os.path.exists(os.path.join(folder, "adapter_config.json")) or not (os.path.isdir(parts) or stages):
        return
    whole = os.path.join(folder, "whole")
    if os.path.isdir(parts):
        from accelerate.utils import merge_fsdp_weights

        merge_fsdp_weights(parts, whole)
    if not on_rank_zero:
        return
    if stages:
        from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint

        weights = get_fp32_state_dict_from_zero_checkpoint(folder)
    else:
        weights = load_file(os.path.join(whole, "model.safetensors"))
    for half in glob.glob(os.path.join(folder, "model*.safetensors*")):
        os.remove(half)
    model.save_pretrained(folder, state_dict=weights)
    shutil.rmtree(whole, ignore_errors=True)
