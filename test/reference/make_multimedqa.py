"""Writes test/fixtures/evaluate/multimedqa/: a few questions in the form of each data set of MultiMedQA on the Hugging Face
Hub (data/), and what lm-evaluation-harness's own task files make of them, with two examples before each question and
made-up log-likelihoods in place of a model (expected.json). Only the download is replaced.

    HF_DATASETS_CACHE=$(mktemp -d) python test/reference/make_multimedqa.py [OUTPUT_FOLDER]
"""
import json
import shutil
import sys
from pathlib import Path

import datasets
from lm_eval.evaluator import simple_evaluate
from make_harness import MadeUp, questions, fixtures

target = Path(sys.argv[1]) if len(sys.argv) > 1 else fixtures / 'multimedqa'
subjects = ['anatomy', 'clinical_knowledge', 'college_medicine', 'medical_genetics', 'professional_medicine', 'college_biology']


def records(name):
    return [json.loads(line) for line in (questions / name).read_text(encoding='utf-8').splitlines()]


def write(name, rows):
    file = target / 'data' / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), encoding='utf-8')


def medqa(index, record):
    endings = {f'ending{i}': text for i, text in enumerate(record['options'].values())}
    return {'id': f'test-{index:05}', 'sent1': record['question'], 'sent2': '', **endings, 'label': 'ABCD'.index(record['answer_idx'])}


def make_data():
    four = [record for record in records('medqa.jsonl') if len(record['options']) == 4]
    write('medqa/test.json', [medqa(i, record) for i, record in enumerate(four)])
    write('medqa/train.json', [medqa(i, record) for i, record in enumerate(four[::-1])])
    write('medqa/dev.json', [medqa(0, four[0])])
    medmcqa = [{**record, 'cop': record['cop'] - 1} for record in records('medmcqa.jsonl')]
    write('medmcqa/validation.jsonl', medmcqa)
    write('medmcqa/train.jsonl', medmcqa[::-1])
    pubmedqa = list(json.loads((questions / 'pubmedqa.json').read_text(encoding='utf-8')).values())
    for split in ('train', 'validation', 'test'):
        write(f'pubmedqa/{split}.jsonl', pubmedqa)
    mmlu = records('mmlu.jsonl')
    for i, subject in enumerate(subjects):
        # Of unlike sizes, so that a mean weighted by size is not the mean.
        write(f'mmlu/{subject}/test.jsonl', mmlu[: 2 + i % 4])
        write(f'mmlu/{subject}/dev.jsonl', records('mmlu-dev.jsonl'))


folders = {
    'GBaker/MedQA-USMLE-4-options-hf': ('medqa', {'train': 'train.json', 'validation': 'dev.json', 'test': 'test.json'}),
    'openlifescienceai/medmcqa': ('medmcqa', {'train': 'train.jsonl', 'validation': 'validation.jsonl'}),
    'bigbio/pubmed_qa': ('pubmedqa', {split: f'{split}.jsonl' for split in ('train', 'validation', 'test')}),
    'cais/mmlu': ('mmlu', {'test': 'test.jsonl', 'dev': 'dev.jsonl'}),
}
load_dataset = datasets.load_dataset


def load_local(path, name=None, **_):
    folder, files = folders[path]
    place = target / 'data' / folder / (name if folder == 'mmlu' else '')
    return load_dataset('json', data_files={split: str(place / file) for split, file in files.items()})


def main():
    shutil.rmtree(target, ignore_errors=True)
    make_data()
    datasets.load_dataset = load_local
    results = simple_evaluate(MadeUp(), tasks=['multimedqa'], num_fewshot=2, log_samples=True, bootstrap_iters=100)
    samples = {
        task: [{
            'context': sample['arguments'][0][0], 'continuations': [arguments[1] for arguments in sample['arguments']], 'target': str(sample['target']),
            'doc_hash': sample['doc_hash'], 'acc': sample['acc'],
        } for sample in sorted(rows, key=lambda sample: sample['doc_id'])]
        for task, rows in results['samples'].items()
    }
    group = {key: value for key, value in results['results']['multimedqa'].items() if key in ('acc,none', 'acc_stderr,none', 'sample_len', 'alias', 'name')}
    out = {'group': group, 'group_subtasks': results['group_subtasks'], 'aliases': {task: results['results'][task]['alias'] for task in samples}, 'samples': samples}
    (target / 'expected.json').write_text(json.dumps(out, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
