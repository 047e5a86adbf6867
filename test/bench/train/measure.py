"""Measures training steps of a checkpoint by transformers in PyTorch, eager, in f32, on the CPU.

python measure.py JOB_AS_JSON    prints one line of JSON, as measure.child.ts does
"""
import json
import resource
import sys
import time

import torch
from transformers import AutoModelForCausalLM

job = json.loads(sys.argv[1])
torch.set_num_threads(job["threads"])


def product_rate(size=1024, repeats=6):
    a, b = torch.rand(size, size), torch.rand(size, size)
    best = float("inf")
    for _ in range(repeats):
        started = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best / 1e9


def memory_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


rate = product_rate()
model = AutoModelForCausalLM.from_pretrained(job["folder"], dtype=torch.float32, attn_implementation="eager")
model.train()
if getattr(model.config, "num_local_experts", None):
    model.config.output_router_logits = True
optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)
size = job["batchSize"] * job["length"]
ids = torch.tensor([(position * 7919 + 13) % model.config.vocab_size for position in range(size)]).reshape(job["batchSize"], job["length"])


def step():
    optimiser.zero_grad()
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    return loss.item()


with torch.no_grad():
    model.config.output_router_logits = False
    loss = model(input_ids=ids, labels=ids, use_cache=False).loss.item()
    model.config.output_router_logits = bool(getattr(model.config, "num_local_experts", None))
step_ms, processor_ms, memory = [], [], []
for index in range(job["steps"]):
    started, before = time.perf_counter(), time.process_time()
    step()
    processor_ms.append((time.process_time() - before) * 1000)
    step_ms.append((time.perf_counter() - started) * 1000)
    if (index + 1) % -(-job["steps"] // 20) == 0:
        memory.append(memory_bytes())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
    step()
operations = {event.key: event.self_cpu_time_total / 1000 for event in profile.key_averages()}
print(json.dumps({
    "device": f"PyTorch {torch.__version__}, {job['threads']} threads", "parameters": sum(p.numel() for p in model.parameters()), "loss": loss,
    "stepMs": step_ms, "processorMs": processor_ms, "memoryBytes": memory, "peakMemoryBytes": peak, "productRate": rate, "operations": operations,
}))
