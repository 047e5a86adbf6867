"""Reads results that Preclinical wrote with lm-evaluation-harness's own tools, and scores their samples anew.

    python test/reference/check_results.py FOLDER

FOLDER holds results_TIME.json and samples_TASK_TIME.jsonl. Prints the harness's tables; fails where a tool does not read a
file, a score is not that of its samples, or a key is none of the harness's schema.
"""
import json
import sys
from pathlib import Path

import numpy
from lm_eval.api.metrics import mean_stderr, pooled_sample_stderr
from lm_eval.result_schema import EvalResults
from lm_eval.utils import (
    get_file_datetime, get_file_task_name, get_latest_filename, get_results_filenames, get_sample_results_filenames,
    make_table, sanitize_task_name,
)

folder = Path(sys.argv[1])
names = [str(file) for file in folder.iterdir()]
latest = get_latest_filename(get_results_filenames(names))
time = get_file_datetime(Path(latest).name).removesuffix('.json')
summary = json.loads(Path(latest).read_text())

unknown = set(summary) - set(EvalResults.__annotations__) - {'preclinical'}
assert not unknown, f'keys that the harness does not have: {unknown}'
groups = summary.get('groups', {})
tasks = [name for name in summary['results'] if name not in groups]
samples = {get_file_task_name(Path(name).name): name for name in get_sample_results_filenames(names) if get_file_datetime(Path(name).name) == time}
assert {sanitize_task_name(task) for task in tasks} == {sanitize_task_name(task) for task in samples}, (tasks, list(samples))

for task in tasks:
    rows = [json.loads(line) for line in Path(samples[task]).read_text().splitlines()]
    metrics = summary['results'][task]
    assert len(rows) == metrics['sample_len'] == summary['n-samples'][task]['effective']
    for row in rows:
        likelihoods = [float(value) for value, _ in row['filtered_resps']]
        texts = [arguments['arg_1'] for arguments in row['arguments'].values()]
        chosen = int(numpy.argmax(likelihoods))
        target = int(row['target']) if row['target'].isdigit() else [text.strip() for text in texts].index(row['target'])
        assert row['acc'] == float(chosen == target), (task, row['doc_id'])
    values = [row['acc'] for row in rows]
    assert abs(numpy.mean(values) - metrics['acc,none']) < 1e-12
    if len(values) > 1:
        assert abs(mean_stderr(values) - metrics['acc_stderr,none']) < 1e-12

for group, metrics in groups.items():
    if 'acc,none' not in metrics:
        continue
    def leaves(name):
        return [leaf for child in summary['group_subtasks'].get(name, []) for leaf in leaves(child)] or [name]
    beneath = [summary['results'][name] for name in leaves(group)]
    sizes = [one['sample_len'] for one in beneath]
    expected = sum(one['acc,none'] * size for one, size in zip(beneath, sizes)) / sum(sizes)
    assert abs(expected - metrics['acc,none']) < 1e-12
    assert abs(pooled_sample_stderr([one['acc_stderr,none'] for one in beneath], sizes) - metrics['acc_stderr,none']) < 1e-12

print(make_table(summary))
if groups:
    print(make_table(summary, 'groups'))
print(f'{len(tasks)} tasks and {len(groups)} groups are read by lm-evaluation-harness as they were written')
