"""Measures training steps of a checkpoint by transformers in PyTorch, eager, in f32, on the CPU.

python measure.py JOB_AS_JSON    reads numbers of steps and answers in lines of JSON, as measure.child.ts does
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
    now = time.process_time if job["threads"] == 1 else time.perf_counter
    for _ in range(repeats):
        started = now()
        a @ b
        best = min(best, now() - started)
    return 2 * size**3 / best / 1e9


def memory_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def say(value):
    print(json.dumps(value), flush=True)


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
say({"device": f"PyTorch {torch.__version__}, {job['threads']} threads", "parameters": sum(p.numel() for p in model.parameters()), "productRate": rate})
for line in sys.stdin:
    wall_ms, processor_ms = [], []
    for _ in range(int(line)):
        started, before = time.perf_counter(), time.process_time()
        step()
        processor_ms.append((time.process_time() - before) * 1000)
        wall_ms.append((time.perf_counter() - started) * 1000)
    say({"wallMs": wall_ms, "processorMs": processor_ms, "memoryBytes": memory_bytes()})
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
    step()
say({"loss": loss, "peakMemoryBytes": peak, "operations": {event.key: event.self_cpu_time_total / 1000 for event in profile.key_averages()}})
