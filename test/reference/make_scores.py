"""Scores a checkpoint with lm-evaluation-harness itself on the questions of test/fixtures/evaluate/questions.

    python make_scores.py CHECKPOINT_FOLDER > SCORES.json
    python make_scores.py CHECKPOINT_FOLDER URL MODEL [BATCH_SIZE [CONCURRENT]] > SCORES.json

The first opens the checkpoint with the harness's hf class: so test/fixtures/evaluate/harness-scores.json is made, of
media/sample/model with 2,048 positions. The second asks MODEL of the server whose /v1/completions is at URL through its
local-completions client: prompts as token ids, one token, echo, logprobs.
"""
import contextlib
import json
import sys
import tempfile

import lm_eval
import yaml
from lm_eval.api.task import ConfigurableTask
from lm_eval.evaluator import evaluate
from lm_eval.models.huggingface import HFLM
from lm_eval.models.openai_completions import LocalCompletionsAPI

from make_harness import as_lines, cases, listed, root

CASES = (
    'medqa_4options, no shots', 'medqa_text, all metrics', 'medqa_text, two shots, described', 'medqa_letters, three shots drawn from the scored split',
    'medmcqa, two shots from training', 'mmlu, two shots from dev', 'pubmedqa, no shots', 'pubmedqa, two shots',
    "medqa_text, the sample model's chat template",
)


def open_model(folder, url=None, name=None, batch_size=1, concurrent=1):
    if url is None:
        return HFLM(pretrained=folder, device='cpu', dtype='float32', batch_size=4)
    with open(f'{folder}/config.json', encoding='utf-8') as file:
        positions = json.load(file)['max_position_embeddings']
    return LocalCompletionsAPI(
        base_url=url, model=name, tokenizer=folder, tokenizer_backend='huggingface', max_length=positions,
        batch_size=int(batch_size), num_concurrent=int(concurrent), max_retries=1)


def score(model, case, folder):
    name, files, overrides, *rest = cases[case]
    settings = dict(rest[0]) if rest else {}
    chat = 'chat_template' in settings
    settings.pop('chat_template', None)
    config = yaml.safe_load((root / 'media' / 'tasks' / f'{name}.yaml').read_text(encoding='utf-8'))
    config.update(overrides)
    config['dataset_kwargs'] = {'data_files': {split: [as_lines(file, folder) for file in listed(names)] for split, names in files.items()}}
    task = ConfigurableTask(config=config)
    task.set_fewshot_seed(seed=1234)
    results = evaluate(model, {'tasks': {name: task}, 'groups': {}, 'group_map': {}}, apply_chat_template=chat, **settings)
    samples = sorted(results['samples'][name], key=lambda sample: sample['doc_id'])
    return {
        'title': case,
        'metrics': {key: value for key, value in results['results'][name].items() if ',' in key},
        # Of each option: log-likelihood in nats, and whether it is what the model says first.
        'items': [[[float(resps[0][0]), bool(resps[0][1])] for resps in sample['resps']] for sample in samples],
    }


def main():
    # The harness prints as it goes; standard output is for the numbers.
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as folder:
        model = open_model(*sys.argv[1:])
        out = {'lm_eval': lm_eval.__version__, 'cases': [score(model, case, folder) for case in CASES]}
    print(json.dumps(out, separators=(',', ':')).replace('{"title"', '\n{"title"'))


if __name__ == '__main__':
    main()
