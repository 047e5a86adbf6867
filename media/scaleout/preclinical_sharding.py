"""What weights that are shared out between processes need beyond what Accelerate does: FSDP2 on a CPU, and whole weights in
float32 beside the parts of a checkpoint."""
import glob
import os


def shard_on_cpu_too():
    """Accelerate takes FSDP on accelerators only, and elsewhere forgets it without a word; FSDP2 itself works between gloo processes."""
    from accelerate.state import AcceleratorState, PartialState
    from accelerate.utils import DistributedType

    begin = AcceleratorState.__init__

    def begin_sharded(self, *args, fsdp_plugin=None, **others):
        begin(self, *args, fsdp_plugin=fsdp_plugin, **others)
        if fsdp_plugin is not None and self.distributed_type == DistributedType.MULTI_CPU:
            self.distributed_type = PartialState._shared_state["distributed_type"] = DistributedType.FSDP
            self.fsdp_plugin = fsdp_plugin

    AcceleratorState.__init__ = begin_sharded


def make_whole(folder, model, on_rank_zero):
    """Puts a checkpoint's parts together as model.safetensors with its config. Called by all ranks, when each has written its part."""
    parts = os.path.join(folder, "pytorch_model_fsdp_0")
    stages = glob.glob(os.path.join(folder, "global_step*"))
    is_adapter = os.path.exists(os.path.join(folder, "adapter_config.json"))
    if os.path.isdir(parts) and not is_adapter:
        from accelerate.utils import merge_fsdp_weights

        merge_fsdp_weights(parts, folder)
    elif stages and not is_adapter and on_rank_zero:
        from deepspeed.utils.zero_to_fp32 import convert_zero_checkpoint_to_fp32_state_dict

        for half in glob.glob(os.path.join(folder, "model*.safetensors*")):
            os.remove(half)
        convert_zero_checkpoint_to_fp32_state_dict(folder, folder, safe_serialization=True)
    else:
        return
    if on_rank_zero:
        model.config.save_pretrained(folder)
