"""The same files through datatrove and through the Rust tokenizers library: seconds and peak memory, as one line of JSON.

    peers.py FOLDER WORK TOKENIZER_JSON WORKERS
"""
import json
import os
import resource
import sys
import time

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds():
    """Of this process and all that came of it, those that ended and were waited for included: datatrove's workers are not our children."""
    facts = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = open(f"/proc/{name}/stat").read().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            facts[int(name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    ours = {os.getpid()}
    while True:
        more = {pid for pid, (parent, _) in facts.items() if parent in ours} - ours
        if not more:
            return sum(facts[pid][1] for pid in ours if pid in facts) / CLOCK_TICKS
        ours |= more


folder, work, tokenizer_file, workers = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def datatrove_seconds():
    """Gopher's filters and MinHash with datatrove's own defaults, as our mix file has them."""
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.dedup import MinhashDedupCluster, MinhashDedupFilter, MinhashDedupSignature
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import JsonlWriter

    config = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)
    path = lambda name: os.path.join(work, name)
    read = lambda where: JsonlReader(where, glob_pattern="*.jsonl", compression=None)
    steps = [
        ("filter", [JsonlReader(folder, glob_pattern="part-*.jsonl", compression=None), GopherRepetitionFilter(), GopherQualityFilter(), JsonlWriter(path("filtered"), "${rank}.jsonl", compression=None)], workers),
        ("signature", [read(path("filtered")), MinhashDedupSignature(path("signatures"), config=config)], workers),
        ("buckets", [MinhashDedupBuckets(path("signatures"), path("buckets"), config=config)], config.num_buckets),
        ("cluster", [MinhashDedupCluster(path("buckets"), path("removed"), config=config)], 1),
        ("drop", [read(path("filtered")), MinhashDedupFilter(path("removed")), JsonlWriter(path("out"), "${rank}.jsonl", compression=None)], workers),
    ]
    seconds, processor = {}, {}
    for name, pipeline, tasks in steps:
        start, used = time.perf_counter(), processor_seconds()
        LocalPipelineExecutor(pipeline, tasks=tasks, workers=min(tasks, workers), logging_dir=path("logs/" + name), skip_completed=False).run()
        seconds[name], processor[name] = time.perf_counter() - start, processor_seconds() - used
    kept = sum(1 for file in os.listdir(path("out")) for _ in open(os.path.join(path("out"), file)))
    return seconds, processor, kept


def tokenizer_rates():
    """encode_batch over all texts, in batches that fit the memory, on all cores."""
    os.environ["TOKENIZERS_PARALLELISM"] = "true"
    os.environ["RAYON_NUM_THREADS"] = str(workers)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(tokenizer_file)
    seconds, processor, tokens, size = 0.0, 0.0, 0, 0
    for name in sorted(os.listdir(folder)):
        if not name.startswith("part-"):
            continue
        texts = [json.loads(line)["text"] for line in open(os.path.join(folder, name), encoding="utf8")]
        for start in range(0, len(texts), 2000):
            batch = texts[start:start + 2000]
            begin, used = time.perf_counter(), time.process_time()
            encoded = tokenizer.encode_batch(batch)
            seconds += time.perf_counter() - begin
            processor += time.process_time() - used
            tokens += sum(len(one.ids) for one in encoded)
            size += sum(len(text.encode()) for text in batch)
    return {"seconds": seconds, "processor": processor, "tokens": tokens, "bytes": size}


if __name__ == "__main__":
    tokens = tokenizer_rates()
    steps, processor, kept = datatrove_seconds()
    peak = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    print("\n" + json.dumps({"datatrove": steps, "processor": processor, "kept": kept, "tokenizers": tokens, "peakBytes": peak}))
