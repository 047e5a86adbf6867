"""Writes harness.json and harness-results/ of test/fixtures/evaluate: what lm-evaluation-harness itself makes of our shipped
task files on test/fixtures/evaluate/questions, with made-up log-likelihoods in place of a model.

    HF_DATASETS_CACHE=$(mktemp -d) python test/reference/make_harness.py [OUTPUT_FOLDER]
"""
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import lm_eval
import yaml
from lm_eval.api.model import LM
from lm_eval.api.task import ConfigurableTask
from lm_eval.evaluator import evaluate
from lm_eval.loggers import EvaluationTracker
from lm_eval.models.huggingface import HFLM
from transformers import AutoTokenizer

root = Path(__file__).parents[2]
fixtures = root / 'test' / 'fixtures' / 'evaluate'
questions = fixtures / 'questions'

first_n = {'fewshot_config': {'sampler': 'first_n'}, 'num_fewshot': 2}
drawn = {'fewshot_config': {'sampler': 'default'}, 'num_fewshot': 3}
roles = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>' }}\n{{ message['content'] | trim }}{{ eos_token }}\n"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)
no_system = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" + roles
# title: task file, question files of each split, keys changed in the task file, options of the harness's command line.
cases = {
    'medqa_4options, no shots': ('medqa_4options', {'test': 'medqa.jsonl'}, {}),
    'medqa_4options, two shots from the scored split': (
        'medqa_4options', {'test': 'medqa.jsonl'}, {**first_n, 'fewshot_split': 'test'},
    ),
    'medqa_text, no shots': ('medqa_text', {'test': 'medqa.jsonl'}, {}),
    'medqa_text, two shots, described': (
        'medqa_text', {'test': 'medqa.jsonl'},
        {**first_n, 'fewshot_split': 'test', 'description': 'Questions of {{meta_info}}.\n\n'},
    ),
    'medqa_blind, no shots': ('medqa_blind', {'test': 'medqa.jsonl'}, {}),
    'medqa_letters, no shots': ('medqa_letters', {'test': 'medqa.jsonl'}, {}),
    'medmcqa, no shots': ('medmcqa', {'test': 'medmcqa.jsonl'}, {}),
    'medmcqa, two shots from training': (
        'medmcqa', {'test': 'medmcqa.jsonl', 'train': 'medmcqa.jsonl'}, {**first_n, 'training_split': 'train'},
    ),
    'mmlu, two shots from dev': ('mmlu', {'test': 'mmlu.jsonl', 'dev': 'mmlu-dev.jsonl'}, {'num_fewshot': 2}),
    'pubmedqa, no shots': ('pubmedqa', {'test': 'pubmedqa.json'}, {}),
    'pubmedqa, two shots': (
        'pubmedqa', {'test': 'pubmedqa.json'}, {**first_n, 'fewshot_split': 'test', 'target_delimiter': '\n'},
    ),
    'medqa_text, all metrics': (
        'medqa_text', {'test': 'medqa.jsonl'}, {'metric_list': [{'metric': name} for name in ('acc', 'acc_norm', 'acc_bytes')]},
    ),
    'medqa_letters, three shots drawn from the scored split': ('medqa_letters', {'test': 'medqa.jsonl'}, {**drawn, 'fewshot_split': 'test'}),
    'medqa_letters, three shots drawn where the split is not named': ('medqa_letters', {'test': 'medqa.jsonl'}, drawn),
    'medqa_letters, three shots drawn, every question twice in the pool': (
        'medqa_letters', {'test': ['medqa.jsonl', 'medqa.jsonl']}, {**drawn, 'fewshot_split': 'test'},
    ),
    'medqa_letters, three shots drawn, validation alone': (
        'medqa_letters', {'dev': 'medqa.jsonl'}, {**drawn, 'test_split': None, 'validation_split': 'dev'},
    ),
    'medmcqa, six shots drawn from training with another seed': (
        'medmcqa', {'test': 'medmcqa.jsonl', 'train': ['medmcqa.jsonl'] * 5}, {'training_split': 'train', 'num_fewshot': 6}, {'fewshot_seed': 42},
    ),
    'medqa_letters, shots in words of their own': (
        'medqa_letters', {'test': 'medqa.jsonl'}, {
            'num_fewshot': 2,
            'fewshot_config': {
                'sampler': 'default', 'split': 'test', 'fewshot_indices': [0, 2, 5, 6], 'doc_to_text': 'Q: {{question}}', 'doc_to_choice': '{{ options.values() | list }}',
                'doc_to_target': 'answer', 'target_delimiter': ' -> ', 'fewshot_delimiter': '\n--\n',
            },
        },
    ),
    'medqa_letters, a system instruction before a description': (
        'medqa_letters', {'test': 'medqa.jsonl'}, {'description': 'Answer by letter.', **first_n, 'fewshot_split': 'test'}, {'system_instruction': 'You are a physician.'},
    ),
    'medqa_letters, a system instruction that ends a line': (
        'medqa_letters', {'test': 'medqa.jsonl'}, {'description': 'Answer by letter.'}, {'system_instruction': 'You are a physician.\n'},
    ),
    'mmlu, chat template, each shot a turn': (
        'mmlu', {'test': 'mmlu.jsonl', 'dev': 'mmlu-dev.jsonl'}, {'num_fewshot': 2},
        {'chat_template': roles, 'fewshot_as_multiturn': True, 'system_instruction': 'You are a physician.'},
    ),
    'mmlu, chat template, all in one turn': (
        'mmlu', {'test': 'mmlu.jsonl', 'dev': 'mmlu-dev.jsonl'}, {'num_fewshot': 2}, {'chat_template': roles, 'fewshot_as_multiturn': False},
    ),
    'mmlu, chat template without a system role': (
        'mmlu', {'test': 'mmlu.jsonl', 'dev': 'mmlu-dev.jsonl'}, {'num_fewshot': 1}, {'chat_template': no_system, 'fewshot_as_multiturn': True},
    ),
    "medqa_text, the sample model's chat template": (
        'medqa_text', {'test': 'medqa.jsonl'}, {}, {'chat_template': None, 'fewshot_as_multiturn': True, 'system_instruction': 'You are a physician.'},
    ),
}


def log_likelihood(context, continuation):
    """Made up: a whole number from -7 to -1, so that ties are common."""
    digest = hashlib.sha256(f'{context}\0{continuation}'.encode()).digest()
    return -1.0 - int.from_bytes(digest[:4], 'big') % 7


class MadeUp(LM):
    chat_template_args = {}
    tokenizer_name = 'made-up'
    apply_chat_template = HFLM.apply_chat_template

    def __init__(self, chat_template=None):
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(root / 'media' / 'sample' / 'model')
        if chat_template is not None:
            self.tokenizer.chat_template = chat_template

    def loglikelihood(self, requests):
        return [(log_likelihood(*request.args), False) for request in requests]

    def loglikelihood_rolling(self, requests):
        raise NotImplementedError

    def generate_until(self, requests):
        raise NotImplementedError


def as_lines(name, folder):
    """The harness's JSON reader takes records in a list or in lines, not keyed by PubMed id."""
    if not name.endswith('.json'):
        return str(questions / name)
    records = json.loads((questions / name).read_text(encoding='utf-8')).values()
    target = Path(folder) / f'{name}l'
    target.write_text(''.join(json.dumps(record) + '\n' for record in records), encoding='utf-8')
    return str(target)


def listed(files):
    return files if isinstance(files, list) else [files]


def run(case, folder):
    name, files, overrides, *rest = cases[case]
    settings = dict(rest[0]) if rest else {}
    chat = 'chat_template' in settings
    model = MadeUp(settings.pop('chat_template', None))
    seed = settings.pop('fewshot_seed', 1234)
    config = yaml.safe_load((root / 'media' / 'tasks' / f'{name}.yaml').read_text(encoding='utf-8'))
    config.update(overrides)
    config['dataset_kwargs'] = {'data_files': {split: [as_lines(file, folder) for file in listed(names)] for split, names in files.items()}}
    task = ConfigurableTask(config=config)
    task.set_fewshot_seed(seed=seed)
    tree = {'tasks': {name: task}, 'groups': {}, 'group_map': {}}
    return evaluate(model, tree, apply_chat_template=chat, **settings)


def main():
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else fixtures
    out = {'lm_eval': lm_eval.__version__, 'cases': []}
    for case, (name, files, overrides, *rest) in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            results = run(case, folder)
        samples = sorted(results['samples'][name], key=lambda sample: sample['doc_id'])
        metrics = results['results'][name]
        out['cases'].append({
            'title': case, 'task': name, 'files': files, 'overrides': overrides, **({'settings': rest[0]} if rest else {}),
            'metrics': {key: value for key, value in metrics.items() if ',' in key},
            'samples': [{
                'context': sample['arguments'][0][0],
                'continuations': [continuation for _, continuation in sample['arguments']],
                'target': str(sample['target']),
                **{key: sample[key] for key in ('doc_hash', 'prompt_hash', 'target_hash', 'acc', 'acc_norm', 'acc_bytes') if key in sample},
            } for sample in samples],
        })
    text = json.dumps(out, indent=1, ensure_ascii=False)
    (output / 'harness.json').write_text(text + '\n', encoding='utf-8')

    with tempfile.TemporaryDirectory() as folder:
        results = run('medqa_text, no shots', folder)
        samples = results.pop('samples')
        tracker = EvaluationTracker(output_path=str(Path(folder) / 'out'))
        tracker.general_config_tracker.log_experiment_args(
            model_source='made-up', model_args='pretrained=made/up', system_instruction='', chat_template='',
            fewshot_as_multiturn=False)
        for config in results['configs'].values():
            config['dataset_kwargs'] = None
        tracker.save_results_aggregated(results=results, samples=samples)
        for task_name, rows in samples.items():
            tracker.save_results_samples(task_name=task_name, samples=rows)
        target = output / 'harness-results'
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(Path(folder) / 'out', target / 'results')


if __name__ == '__main__':
    main()
